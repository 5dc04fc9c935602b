"""Finds, without any data, steps whose results would be too large whatever the sample: a size written with a zero too many."""

from __future__ import annotations

from collections.abc import Iterator

from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import Pipeline
from augcli.core.primitives import BARRIER, Barrier
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts
from augcli.core.values.outcome import Problem, SampleError

from .compile import CompiledChoice, CompiledGroup, CompiledNode, CompiledPipeline, CompiledStep
from .lower import Drawn, lower
from .sizes import Bound, check_results, extent

_SMALLEST: dict[str, Facts] = {"image": ImageFacts(1, 1), "audio": AudioFacts(1, 8_000)}
_DRAWS = 3  # a step whose draws are not all too large costs those outputs their records
_MOST_LOWERED = 20_000  # steps for all options of choices together; what is left out is found when it is made
_MOST_SUSPECTS = 50


def oversized(pipeline: Pipeline) -> list[Problem]:
    """Steps that make more of the smallest sample than `limits` allow, with every draw that is tried."""
    problems: list[Problem] = []
    for modality, steps in pipeline.steps.items():
        if modality not in _SMALLEST:
            continue
        places = {step.id: step.place for top in steps for step in top.walk()}
        nodes = CompiledPipeline(steps).nodes
        lowered = 0
        for turn in range(max((_most_options(node) for node in nodes), default=0)):
            path = [item for node in nodes for item in _path(node, turn)]
            lowered += len(path)
            if turn and lowered > _MOST_LOWERED:
                break
            found = [_first_too_large(path, pipeline, _SMALLEST[modality], unit) for unit in range(_DRAWS)]
            if found[0] is not None and all(one is not None and one[0] == found[0][0] for one in found):
                step, message = found[0]
                problems.append(Problem(*places[step], f"step '{step}'", message))
    return list(dict.fromkeys(problems))


def _most_options(node: CompiledNode) -> int:
    if isinstance(node, CompiledStep):
        return 1
    if isinstance(node, CompiledGroup):
        return max((_most_options(child) for child in node.children), default=1)
    return max(len(node.options), *(_most_options(child) for _, _, child in node.options), 1)


def _path(node: CompiledNode, turn: int) -> Iterator[CompiledStep | Barrier]:
    """The steps of a node where everything fires; of a choice, another option each turn."""
    if isinstance(node, CompiledStep):
        yield node
    elif isinstance(node, CompiledChoice):
        if node.options:
            yield from _path(node.options[turn % len(node.options)][2], turn)
    else:
        for child in node.children:
            yield from _path(child, turn)
    if node.barrier:
        yield BARRIER


def _first_too_large(path: list[CompiledStep | Barrier], pipeline: Pipeline, facts: Facts, unit: int) -> tuple[str, str] | None:
    """The id of the step with whose result the bound is first exceeded, and the message; None if none is.

    Steps fuse, so that one of them may be made good by the next: only what is left of a whole program counts.
    """
    key, bound = unit_key(0, "smallest", unit), Bound.of(facts, pipeline.limits)
    drawn: list[Drawn | Barrier] = []
    for item in path:
        if isinstance(item, Barrier):
            drawn.append(item)
        elif item.op.needs != "content" and not item.op.resources():
            drawn.append((item, item.draw(key)))
    kept: list[Drawn | Barrier] = []
    suspects: list[int] = []
    state = State(facts, "", lambda number: facts)
    for one in drawn:  # without those that refuse so small a sample, or crash on it, which says nothing of others
        try:
            state.facts = lower([one], state).facts
        except Exception:
            continue
        if extent(state.facts) > bound.most and not isinstance(one, Barrier):
            suspects.append(len(kept))
        kept.append(one)
    if not suspects or _too_large(kept, facts, bound) is None:
        return None
    for number in suspects[:_MOST_SUSPECTS]:
        step = kept[number]
        if not isinstance(step, Barrier) and (told := _too_large(kept[: number + 1], facts, bound)) is not None:
            return step[0].step_id, told
    return None


def _too_large(drawn: list[Drawn | Barrier], facts: Facts, bound: Bound) -> str | None:
    try:
        check_results(lower(drawn, State(facts, "", lambda number: facts)).program, facts, bound)
    except SampleError as error:
        return error.message if error.code == "output.too_large" else None
    except Exception:
        return None
    return None
