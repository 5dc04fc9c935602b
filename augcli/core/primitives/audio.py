"""The audio primitives: float32 to float32, on valid samples only (padding never counts).

Times are counted in frames: frame k is the time of sample k of every channel, so a time may have a fraction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from augcli.core.values.facts import AudioFacts

from .primitive import Primitive

GRID = 100  # steps of a rate, and of a start, in one frame: rates are whole percents
SILENCE = 0  # the rate of a piece that reads nothing


class Gain(Primitive):
    """Multiply every sample by `factor`; a negative one turns the polarity. The encoder clips, and the record counts."""

    factor: float

    def then(self, later: Any, facts: AudioFacts) -> Gain | None:
        return Gain(self.factor * later.factor) if isinstance(later, Gain) else None


class Piece(NamedTuple):
    """`frames` that come out, read from the source every `rate`/100 frames from frame `start`/100 on.

    A negative rate reads backwards, rate 0 is silence. Rates other than ±100 resample: the pitch changes, and frequencies
    that the new rate cannot hold are filtered out. The fades are frames at the piece's beginning and end.
    """

    start: int
    frames: int
    rate: int = GRID
    fade_in: int = 0
    fade_out: int = 0

    @property
    def last(self) -> int:
        """The position from which the last frame is read."""
        return self.start + (self.frames - 1) * self.rate

    @property
    def whole(self) -> bool:
        """Whether frames are copied as they are, or silent."""
        return self.rate == SILENCE or (abs(self.rate) == GRID and self.start % GRID == 0)

    def backwards(self) -> Piece:
        return Piece(self.last, self.frames, -self.rate, self.fade_out, self.fade_in)

    def cut(self, start: int, stop: int) -> Piece | None:
        """Frames `start`…`stop` of what comes out; None where that would cut a fade."""
        before, after = start, self.frames - stop
        if 0 < before < self.fade_in or 0 < after < self.fade_out:
            return None
        piece = Piece(
            self.start + start * self.rate, stop - start, self.rate, 0 if before else self.fade_in, 0 if after else self.fade_out
        )
        return piece if max(piece.fade_in, piece.fade_out) <= piece.frames else None

    def faded(self, fade_in: int, fade_out: int) -> Piece | None:
        """The piece with these fades as well; None if it already has one there, or has no room."""
        if (fade_in and self.fade_in) or (fade_out and self.fade_out) or max(fade_in, fade_out) > self.frames:
            return None
        return self._replace(fade_in=fade_in or self.fade_in, fade_out=fade_out or self.fade_out)

    def goes_on(self, later: Piece) -> bool:
        """Whether `later` continues where this piece stops."""
        if self.rate != later.rate or self.fade_out or later.fade_in:
            return False
        return self.rate == SILENCE or later.start == self.start + self.frames * self.rate


class TimeMap(Primitive):
    """Pieces of the source, one after another: shift, crop, pad, reverse, loop, splice, speed. All channels alike."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> TimeMap:
        """Make a map, merging pieces that continue the one before and dropping empty ones."""
        merged: list[Piece] = []
        for piece in pieces:
            if merged and merged[-1].goes_on(piece):
                first = merged[-1]
                merged[-1] = first._replace(frames=first.frames + piece.frames, fade_out=piece.fade_out)
            elif piece.frames:
                merged.append(piece)
        return cls(tuple(merged))

    @property
    def frames(self) -> int:
        return sum(piece.frames for piece in self.pieces)

    def is_identity(self, frames: int) -> bool:
        return self.pieces == (Piece(0, frames),)

    def then(self, later: Any, facts: AudioFacts) -> TimeMap | None:
        """One map if it is equivalent: always after or before whole frames, otherwise if the rates stay on the grid."""
        if not isinstance(later, TimeMap):
            return None
        pieces: list[Piece] = []
        for piece in later.pieces:
            read = self._copied(piece) if piece.whole else self._resampled(piece, facts.frames)
            if read is None:
                return None
            pieces += read
        return TimeMap.of(pieces)

    def _copied(self, piece: Piece) -> list[Piece] | None:
        """The pieces of the source that a piece of whole frames reads."""
        if piece.rate == SILENCE:
            return [piece]
        first, last = sorted((piece.start // GRID, piece.last // GRID))
        pieces = [Piece(0, min(last + 1, 0) - first, SILENCE)] if first < 0 else []
        position = 0
        for inner in self.pieces:
            low, high = max(first - position, 0), min(last + 1 - position, inner.frames)
            if low < high:
                cut = inner.cut(low, high)
                if cut is None:
                    return None
                pieces.append(cut)
            position += inner.frames
        if last >= position:
            pieces.append(Piece(0, last + 1 - max(first, position), SILENCE))
        if piece.rate < 0:
            pieces = [read.backwards() for read in reversed(pieces)]
        for at, fades in ((0, (piece.fade_in, 0)), (-1, (0, piece.fade_out))):
            faded = pieces[at].faded(*fades)
            if faded is None:
                return None
            pieces[at] = faded
        return pieces

    def _resampled(self, piece: Piece, frames: int) -> list[Piece] | None:
        """The source piece that a resampled piece reads, if this map only plays the whole source, either way, at any rate."""
        inner = self.pieces[0]
        if len(self.pieces) != 1 or inner.rate == SILENCE or inner.fade_in or inner.fade_out:
            return None
        low, high = sorted((inner.start, inner.last))
        near = 2 * max(abs(inner.rate), GRID)
        rate, off_grid = divmod(inner.rate * piece.rate, GRID)
        start, between = divmod(piece.start * inner.rate, GRID)
        if abs(low) > near or abs(high - (frames - 1) * GRID) > near or off_grid or between:
            return None
        return [piece._replace(start=inner.start + start, rate=rate)]

    def facts_after(self, facts: AudioFacts) -> AudioFacts:
        return facts._replace(frames=self.frames)

    def carry(self, frame: float, facts: AudioFacts) -> list[float]:
        """Where a time of the source ends up; one at the boundary of two pieces belongs to both."""
        found: list[float] = []
        position = 0
        for piece in self.pieces:
            if piece.rate != SILENCE:
                at = (frame * GRID - piece.start) / piece.rate
                if -0.5 <= at <= piece.frames - 0.5 and position + at not in found:
                    found.append(position + at)
            position += piece.frames
        return found


class Stretch(Primitive):
    """Stretch the sound evenly to `frames`; the pitch is kept. `sample_rate` says how long a millisecond is."""

    frames: int
    sample_rate: int

    def then(self, later: Any, facts: AudioFacts) -> Stretch | None:
        return later if isinstance(later, Stretch) else None

    def facts_after(self, facts: AudioFacts) -> AudioFacts:
        return facts._replace(frames=self.frames)

    def carry(self, frame: float, facts: AudioFacts) -> list[float]:
        return [frame * self.frames / facts.frames]

    def tolerance_seconds(self, facts: AudioFacts) -> float:
        """How far from the time that `carry` gives something may end up, at most; everything else here is exact."""
        return 0.035 * max(1, self.frames / facts.frames)


class Add(Primitive):
    """Noise, `snr_db` below the sound's power over all of its frames and channels; each channel has noise of its own.

    kind: white, or pink or brown down to rate / 2^(octaves + 1). A silent sound stays silent: no level has that ratio.
    """

    kind: str
    snr_db: float
    key: int
    octaves: int = 0


class Mask(Primitive):
    """Silence within each range: (first frame, frame after the last, frames of fade at either end, inside the range)."""

    ranges: tuple[tuple[int, int, int], ...]

    def then(self, later: Any, facts: AudioFacts) -> Mask | None:
        return Mask(self.ranges + later.ranges) if isinstance(later, Mask) else None


AudioPrimitive = Gain | TimeMap | Stretch | Add | Mask


def carry_time(program: Iterable[AudioPrimitive], seconds: float, facts: AudioFacts) -> list[float]:
    """The times, in seconds and in the order of the new sound, at which a moment of the source ends up; there may be none.

    0 is the beginning of the first sample, frames / rate the end of the last. `facts` are the source's.
    """
    moments = [seconds * facts.rate - 0.5]
    for primitive in program:
        if isinstance(primitive, TimeMap | Stretch):
            moments = sorted(after for frame in moments for after in primitive.carry(frame, facts))
        facts = primitive.facts_after(facts)
    return [(frame + 0.5) / facts.rate for frame in moments]
