"""The answer to `augcli ops show NAME`: an operation, a key, or how a name from another library is written here."""

from __future__ import annotations

from typing import Any, NamedTuple

from augcli.core.pipeline.peers import lookup
from augcli.core.pipeline.peers.row import Peer
from augcli.core.pipeline.steps import COMBINATORS
from augcli.core.pipeline.suggestions import without_step
from augcli.core.values.facts import MODALITIES
from augcli.core.values.outcome import UserError

from .catalogue import OpEntry, find, unknown
from .key_entries import KeyEntry, find_key, names_of_keys, step_keys


class Answer(NamedTuple):
    remarks: tuple[str, ...]  # how a name from elsewhere is written here
    operations: tuple[OpEntry, ...]
    keys: tuple[KeyEntry, ...]

    def as_json(self) -> Any:
        """One object, or a list where several things have the name."""
        found: list[dict[str, Any]] = [
            {
                **entry.as_json(),
                "step_keys": [field._asdict() for field in step_keys()],
                "elsewhere": [_as_json(row) for row in lookup.of_step(entry.modality, entry.name)],
            }
            for entry in self.operations
        ]
        found += [entry.as_json() for entry in self.keys]
        if self.remarks:
            found = [{**one, "remarks": list(self.remarks)} for one in found]
        return found[0] if len(found) == 1 else found


def shown(name: str) -> Answer:
    """What goes by this name; raises UserError when nothing does, with what is near."""
    if found := find(name):
        return Answer((), tuple(found), ())
    if key := find_key(name):
        return Answer((), (), (key,))
    rows = [row for modality in MODALITIES for row in lookup.named(modality, name)]
    exact = [row for row in rows if row.name == name] or rows
    if meant := [row for row in exact if row.step]:
        steps = dict.fromkeys((row.modality, row.step) for row in meant)
        remarks = dict.fromkeys(_remark(row) for row in meant)
        entries = [find(f"{modality}.{step}")[0] for modality, step in steps if step not in COMBINATORS]
        combinators = dict.fromkeys(step for _, step in steps if step in COMBINATORS)
        return Answer(tuple(remarks), tuple(entries), tuple(key for step in combinators if (key := find_key(step))))
    if exact:
        raise UserError(without_step(f"there is no {exact[0].modality} step '{name}'", exact[0].note))
    keys = [key for key, _ in names_of_keys()]
    raise unknown(name, keys, *([row.name for row in lookup.rows() if bool(row.library) == foreign] for foreign in (False, True)))


def _remark(row: Peer) -> str:
    whose = f" ({row.library})" if row.library else ""
    return f"{row.name}{whose} is written here: {row.example}" + (f" – {row.note}" if row.note else "")


def elsewhere(entry: OpEntry) -> list[str]:
    """One line for each name that the operation has in another library, with its options as they are written here."""
    lines = []
    for row in lookup.of_step(entry.modality, entry.name):
        options = [f"{name or 'its value'} → {', '.join(map(str, here))}" for name, here in row.options.items() if here]
        lines.append(f"{row.library} {row.name}: " + "; ".join([*options, *([row.note] if row.note else [])] or ["the same"]))
    return lines


def _as_json(row: Peer) -> dict[str, Any]:
    options = {name: [str(option) for option in here] for name, here in row.options.items()}
    return {"library": row.library, "name": row.name, "write": row.example, "note": row.note, "options": options}
