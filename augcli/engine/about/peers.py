"""What other libraries call our steps and options, as tables in Markdown, from the rows that `check` takes its hints from."""

from __future__ import annotations

from collections.abc import Iterable

from augcli.core.pipeline.peers.lookup import rows
from augcli.core.pipeline.peers.row import Peer

from .reference import table


def peers_reference() -> str:
    """A heading for each library, a table of its names that have a step here, and a list of those that have none."""
    libraries = dict.fromkeys(peer.library for peer in rows() if peer.library)
    return "\n".join(_library(name, [peer for peer in rows() if peer.library == name]) for name in libraries)


def _library(name: str, peers: Iterable[Peer]) -> str:
    found: dict[tuple[str, str], str] = {}
    without: dict[str, list[str]] = {}
    for peer in peers:
        if peer.example:
            found.setdefault((f"`{peer.name}`", f"`{peer.example}`"), _difference(peer))
        else:
            without.setdefault(peer.note, []).append(f"`{peer.name}`")
    text = f"### {name}\n\n" + table(
        ("there", "here", "options, and what differs"), [(*key, said) for key, said in found.items()]
    )
    return (
        text
        + ("\n" if without else "")
        + "".join(f"- {', '.join(dict.fromkeys(some))}: {note}\n" for note, some in without.items())
    )


def _difference(peer: Peer) -> str:
    options = [f"`{name}` → {', '.join(f'`{one}`' for one in ours)}" for name, ours in peer.options.items() if ours and name]
    return "; ".join([*([", ".join(options)] if options else []), *([peer.note] if peer.note else [])])
