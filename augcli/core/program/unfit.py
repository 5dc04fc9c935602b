"""Finds, without any data, orders of steps that cannot be right or that cost more than necessary."""

from __future__ import annotations

from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import Pipeline
from augcli.core.primitives import Primitive
from augcli.core.primitives.image import Warp
from augcli.core.primitives.recode import Recode
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts
from augcli.core.values.matrix import IDENTITY, multiply
from augcli.core.values.outcome import ConfigError, Problem

from .compile import CompiledGroup, CompiledNode, CompiledPipeline, CompiledStep, steps_within
from .lower import lower

# A nominal sample to lower steps for when only the kinds of their primitives matter.
_NOMINAL: dict[str, Facts] = {"image": ImageFacts(640, 480), "audio": AudioFacts(16_000, 16_000)}
_SLACK = 1e-6  # rounding errors in matrices must not make a step seem to move anything


def _kinds_of(step: CompiledStep, modality: str) -> tuple[type[Primitive], ...]:
    """The kinds of primitive that a step becomes for a nominal sample, and those that it may become by its draw."""
    return (*[type(primitive) for primitive in _program_of(step, modality)], *step.op.may_become)


def _program_of(step: CompiledStep, modality: str) -> tuple[Primitive, ...]:
    """What a step becomes for a nominal sample; nothing if it needs content or resources."""
    if step.op.needs == "content" or step.op.resources() or modality not in _NOMINAL:
        return ()
    facts = _NOMINAL[modality]
    try:
        return lower([(step, step.draw(unit_key(0, "nominal", 0)))], State(facts, "", lambda number: facts)).program
    except Exception:
        return ()  # it refuses the nominal sample, or crashes on it, which says nothing of others: each costs its own record


def _moves_or_hides(program: tuple[Primitive, ...]) -> bool:
    """Whether positions change; a Warp that the next one undoes (down and up again) changes none."""
    if len(program) == 2 and isinstance(program[0], Warp) and isinstance(program[1], Warp) and program[0].hard:
        there_and_back = multiply(program[1].matrix, program[0].matrix)
        return any(abs(one - other) > _SLACK for one, other in zip(there_and_back, IDENTITY, strict=True))
    return any(primitive.moves_or_hides for primitive in program)


def unfit_orders(pipeline: Pipeline, path: str = "") -> None:
    """Raise ConfigError if `misplaced` finds something."""
    if problems := misplaced(pipeline):
        raise ConfigError(problems, path)


def misplaced(pipeline: Pipeline) -> list[Problem]:
    """Steps that move or hide pixels after a blend, whose soft label would then be wrong."""
    problems: list[Problem] = []
    for modality, steps in pipeline.steps.items():
        places = {step.id: step.place for top in steps for step in top.walk()}
        found: list[Problem] = []
        blended = False
        for node in CompiledPipeline(steps).nodes:
            blended = _check(node, modality, blended, found)
        problems += [Problem(*places[problem.where], f"step '{problem.where}'", problem.message) for problem in found]
    return problems


def _check(node: CompiledNode, modality: str, blended: bool, problems: list[Problem]) -> bool:
    """Whether something may have been blended in after this node, given whether it may have been before."""
    if isinstance(node, CompiledStep):
        may_move = any(kind.moves_or_hides for kind in node.op.may_become)
        if blended and (may_move or _moves_or_hides(_program_of(node, modality))):
            problems.append(
                Problem(
                    0, 0, node.step_id, "moves or hides pixels after a step that mixes in another sample; put it before that step"
                )
            )
        return blended or node.op.partner_count() > 0
    if isinstance(node, CompiledGroup):
        for child in node.children:
            blended = _check(child, modality, blended, problems)
        return blended
    after = [_check(child, modality, blended, problems) for _, _, child in node.options]
    if node.count[1] > 1 and not blended and any(after):
        # If several options are chosen, one of them may follow the one that blends.
        for number, (_, _, child) in enumerate(node.options):
            _check(child, modality, any(after[:number]), problems)
    return any(after)


def costly_orders(pipeline: Pipeline) -> list[str]:
    """Hints where another order of image steps would save a resampling or a round trip (augcli never reorders steps)."""
    hints: list[str] = []
    nodes = CompiledPipeline(pipeline.steps.get("image", ())).nodes
    last_warp = ""
    between: list[str] = []
    for node in nodes:
        if not isinstance(node, CompiledStep) or not (kinds := _kinds_of(node, "image")):
            continue
        if not all(issubclass(kind, Warp) for kind in kinds):
            between.append(node.step_id)
            continue
        if last_warp and between:
            hints.append(
                f"'{node.step_id}' resamples the image a second time, because {_listed(between)} stands between it and "
                f"'{last_warp}'; if the result suits you as well, put '{node.step_id}' right after '{last_warp}'"
            )
        last_warp, between = node.step_id, []
    for node in nodes[1:-1]:
        hints += [
            f"'{step.step_id}' encodes and decodes the image between other steps: on a GPU, that is one more round trip to "
            f"the host; if the result suits you as well, make it the first or the last step"
            for step in steps_within(node)
            if Recode in _kinds_of(step, "image")
        ]
    return hints


def _listed(names: list[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
