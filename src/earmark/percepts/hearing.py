"""One listening of one clip: whatever several features need, computed once."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from earmark.audio.decode import RATE, SILENCE
from earmark.audio.filters import common_band, equal_loudness, filtered
from earmark.errors import AudioOverLimits, NoSound
from earmark.types import Array, Clip

from .chroma import chroma
from .frames import Frames, frames
from .levels import Levels, levels
from .onsets import onsets
from .pulse import tempo

Samples = NDArray[np.float32]


class Hearing:
    """What is heard in one clip, each part computed when it is first asked for.

    The clip is at 22.05 kHz and not silent, as `earmark.audio.read` gives it.
    """

    def __init__(self, clip: Clip) -> None:
        if clip.rate != RATE:
            raise AudioOverLimits(f"a clip at {clip.rate} Hz: resample it to {RATE}")
        if not len(clip.samples) or np.ptp(clip.samples) < SILENCE:
            raise NoSound("a clip of silence: there is nothing to hear in it")
        self.clip = clip

    @cached_property
    def samples(self) -> Samples:
        """Samples in the band that clips of all rates have in common."""
        return filtered(self.clip.samples, common_band)

    @cached_property
    def as_heard(self) -> Samples:
        """Samples that the ear lets through: bass and the highest treble weakened."""
        return filtered(self.samples, equal_loudness)

    @cached_property
    def frames(self) -> Frames:
        """Numbers of each frame of 46 ms, every 23 ms."""
        return frames(self.samples, self.as_heard)

    @cached_property
    def levels(self) -> Levels:
        """How loud the clip is, as a whole and stretch by stretch."""
        return levels(self.samples, self.as_heard)

    @cached_property
    def onsets(self) -> Array:
        """Seconds at which something begins to sound."""
        return onsets(self.samples)

    @cached_property
    def tempo(self) -> float | None:
        """Beats a minute, None where nothing recurs."""
        return tempo(self.frames.surprise)

    @cached_property
    def chroma(self) -> Array:
        """Mean strength of the pitch classes C to B."""
        return chroma(self.samples)
