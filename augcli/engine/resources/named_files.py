"""Files that a pipeline names: reference images, overlays, fonts, texts."""

from __future__ import annotations

from augcli.core.values.outcome import UserError


def bytes_of(role: str, path: str) -> bytes:
    """The whole file; raises a UserError that states the file's role and why it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"the {role} {path!r} cannot be read: {error.strerror}") from None
