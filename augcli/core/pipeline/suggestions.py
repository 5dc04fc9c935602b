"""What a user may have meant by a name that there is not, and what to write in its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from augcli.core.ops.op import Op, names_in, op_called
from augcli.core.values.facts import MODALITIES

from .flow import flow
from .peers import lookup
from .peers.row import Option
from .spelling import cut, slip_of, squeezed, variants

_LIST = "augcli ops list shows all steps"
_NONE = "there is no such step"  # how the notes of rows without a step begin
# Options that mean the same for every step, and words for fields, by which name several of ours may go.
_EVERYWHERE = {
    "always_apply": "drop it: p is 1 by default",
    "random_state": "seed is one key for the whole pipeline, at the top: seed: 7",
    "seed": "seed is one key for the whole pipeline, at the top: seed: 7",
    "same_on_batch": "drop it: every output already gets its own random values",
}
_FIELDS = {
    "prob": ("p",),
    "probability": ("p",),
    "chance": ("p",),
    "degrees": ("angle_deg",),
    "angle": ("angle_deg",),
    "limit": ("angle_deg",),
    "rotation": ("angle_deg",),
    "sigma": ("sigma_px", "std"),
    "radius": ("radius_px",),
    "kernel_size": ("radius_px", "length_px", "sigma_px"),
    "sigma_limit": ("sigma_px",),
    "blur_limit": ("radius_px", "length_px", "sigma_px"),
    "name": ("id",),
    "db": ("gain_db", "snr_db"),
    "gain": ("gain_db",),
    "snr": ("snr_db",),
    "range": ("factor", "angle_deg"),
    "value": ("factor", "fill"),
    "strength": ("factor",),
    "magnitude": ("factor", "strength"),
    "alpha": ("share", "strength"),
    "scale": ("area", "factor"),
    "ratio": ("aspect",),
    "percent": ("rate", "share"),
    "prob_delete": ("rate",),
    "aug_p": ("rate",),
    "width": ("size", "window"),
    "height": ("size", "window"),
    "mode": ("border", "axis"),
    "padding_mode": ("border",),
    "border_mode": ("border",),
    "fill_mode": ("border",),
    "direction": ("axis",),
    "colour": ("fill",),
    "fill_value": ("fill",),
    "transforms": ("steps",),
    "count": ("times", "n", "holes"),
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " (did you mean 'x'?)", or what there is to choose from."""
    names, word = sorted(known), cut(word)
    field = next((field for field in _FIELDS.get(word.lower(), ()) if field in names), None)
    if found := _same(word, names) or field or slip_of(word, names):
        return f" (did you mean '{found}'?)"
    return f" (choose from: {', '.join(names)})" if names else ""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that is the same but for how it is written, or but for a slip."""
    names = list(names)
    return _same(word, names) or slip_of(word, names)


def _same(word: str, names: Iterable[str]) -> str | None:
    """The name that is the same but for case, separators, "Random", plural or British spelling."""
    by_key: dict[str, str] = {}
    for name in (names := list(names)):
        by_key |= {key: name for key in variants(name) if key not in by_key}
    by_key |= {squeezed(name): name for name in names}
    return next((by_key[key] for key in variants(word) if key in by_key), None)


def unknown_step(modality: str, name: str, body: Any, combinators: tuple[str, ...]) -> str:
    """The message for a step that there is not: first what it may be in its own modality, then in the others."""
    name = cut(name)
    own = [*names_in(modality), *combinators]
    what = f"there is no {modality} step '{name}'"
    same = next((one for one in own if squeezed(one) == squeezed(name)), None)
    if (not same or _is_peer(modality, name)) and (exact := _from_peers(modality, name, body, what)):
        return exact
    for other in MODALITIES:
        if other != modality and op_called(other, name):
            return f"{what}: it is {_a(other)} step and belongs under {other}:"
    if same := same or _same(name, own):
        return f"{what} (did you mean '{same}'?)"
    if near := next((text for key in variants(name) if (text := _from_peers(modality, key, body, what))), ""):
        return near
    for other in MODALITIES:
        if other == modality:
            continue
        if found := _same(name, names_in(other)) or peer_step(other, name):
            return f"{what}: '{found}' is {_a(other)} step and belongs under {other}:"
        if nowhere := _from_peers(other, name, body, f"there is no {other} step '{name}'"):
            return nowhere
    if slip := slip_of(name, own):
        return f"{what} (did you mean '{slip}'?)"
    if (slip := slip_of(name, lookup.names(modality))) and len(name) > 4:
        return _from_peers(modality, slip, body, what)
    return f"{what} and none with a similar name; {_LIST}"


def _a(modality: str) -> str:
    return f"{'a' if modality[0] not in 'aeiou' else 'an'} {modality}"


def peer_step(modality: str, name: str) -> str:
    return next((row.step for key in variants(name) for row in lookup.named(modality, key) if row.step), "")


def _is_peer(modality: str, name: str) -> bool:
    """Whether a library writes the name exactly so: RandomCrop is theirs, while random_crop may be a slip of our crop."""
    return any(row.name == name for row in lookup.named(modality, name))


def _from_peers(modality: str, name: str, body: Any, what: str) -> str:
    """The message by the rows of other libraries' names; "" where they do not know it."""
    found = lookup.named(modality, name, body)
    if not found:
        return ""
    if not found[0].step:
        return without_step(what, found[0].note)
    ways = [lookup.as_step(row, body) + _remark(row.library, row.note) for row in found if row.step]
    return f"{what}; write {', or '.join(dict.fromkeys(ways))}"


def without_step(what: str, note: str) -> str:
    """ "There is no step X", and why, or where it belongs, by the note of a row that leads to none."""
    if note.startswith(_NONE):
        return what + note.removeprefix(_NONE)
    return f"{what}: {'it ' if note.split()[0] in ('belongs', 'is', 'works') else ''}{note}"


def _remark(library: str, note: str) -> str:
    said = ": ".join(part for part in (library, note) if part)
    return f" ({said})" if said else ""


def unknown_option(model: type[Any], name: str, value: Any, known: Iterable[str]) -> str:
    """The message for an option that a step or a part of the settings does not have."""
    message = ""
    if issubclass(model, Op) and model.id:
        message = _EVERYWHERE.get(name) or _option_of_peers(model.modality(), model.name(), name, value)
    if message:
        return f"unknown option; {message}"
    return f"unknown option{did_you_mean(name, known)}"


def _option_of_peers(modality: str, step: str, name: str, value: Any) -> str:
    for row, options in lookup.of_option(modality, step, name):
        if not options:
            return f"drop it: {step} has no equivalent of {name}"
        if not any(option.shown for option in options):  # its values are others here
            return f"write {options[0].field} instead{_remark(row.library, row.note)}; see augcli ops show {step}"
        new = ", ".join(_written(option, value) for option in options)
        forms = dict.fromkeys(option.shown for option in options if option.shown != "x" and option.place is None)
        whose = f"{row.library}'{'' if row.library.endswith('s') else 's'} {name}" if row.library else ""
        return f"write {new}{_remark(whose, ', '.join(f'x is {form} here' for form in forms))}"
    return ""


def _written(option: Option, value: Any) -> str:
    """ "angle_deg: [-15, 15]", or how to get there where the value cannot be converted."""
    here = lookup.converted(option, value)
    if here is None:
        return str(option)
    if option.place is not None:
        return f"{option.field}: [{flow(here)}, …]" if option.place == 0 else f"{option.field}: […, {flow(here)}]"
    return f"{option.field}: {flow(here)}"
