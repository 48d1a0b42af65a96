"""What each short frame of a clip sounds like, in one pass over its spectra."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from earmark.audio.filters import filtered_blocks, half_later
from earmark.audio.spectra import FREQUENCIES, HOP, SILENCE, WINDOW, blackman_harris, spectra
from earmark.types import Array

from .surprise import surprise

Samples = NDArray[np.float32]
Grid = NDArray[np.float32]

# Keeps quotients of an empty frame finite; far below any that sounds.
_TINY = np.float32(1e-30)

_ROLLOFF = 0.85
# Shifts of the spectrum against itself by 4 to 231 bins: 86 Hz to 5 kHz.
_SHIFTS = slice(4, 232)
_SHIFTED = 768  # so long that no shift wraps 513 bins around

_BLACKMAN_HARRIS = blackman_harris(WINDOW)
_HEIGHT = FREQUENCIES / FREQUENCIES[-1]
_POWERS = np.stack([_HEIGHT**0, _HEIGHT, _HEIGHT**2], 1).astype(np.float32)

# The window does not quite close at its ends. What is cut there leaks into the octave
# above ours, which the published spread took in: bins 513 to 1024 of 2048 at 44.1 kHz.
_ABOVE = np.arange(WINDOW // 2 + 1, WINDOW + 1)
_LEAK = 0.95 * float(_BLACKMAN_HARRIS[0]) / 4 / np.sin(np.pi * _ABOVE / (2 * WINDOW))
_LEAK_POWERS = np.array([(_LEAK * (_ABOVE / (WINDOW // 2)) ** k).sum() for k in range(3)])


@dataclass(frozen=True, slots=True)
class Frames:
    """Numbers per frame, frame n centred on n x 23 ms.

    ``centroid`` and ``rolloff`` in hertz, ``spread`` in hertz squared, ``entropy`` in
    bits, ``salience`` from 0 to 1, ``flux`` and ``surprise`` in units of amplitude,
    ``crossings`` per sample. What they say of a silent frame means nothing.
    """

    power: Array
    centroid: Array
    spread: Array
    rolloff: Array
    entropy: Array
    salience: Array
    flux: Array
    surprise: Array
    crossings: Array

    def mean(self, name: str) -> float:
        """Mean of one of the numbers over the frames that are not silent."""
        sounding = self.power > SILENCE * self.power.max()
        return float(getattr(self, name)[sounding].mean())


def frames(samples: Samples, as_heard: Samples) -> Frames:
    """The numbers of every frame of a clip.

    `samples` are those of the clip, `as_heard` those that the ear lets through.
    """
    parts = []
    before = np.zeros((2, len(FREQUENCIES)), np.complex64)
    pairs = zip(
        spectra(samples, _BLACKMAN_HARRIS, HOP),
        spectra(as_heard, _BLACKMAN_HARRIS, HOP),
        strict=True,
    )
    for plain, heard in pairs:
        both = np.concatenate([before, plain])
        parts.append(_plain(both) | _heard(heard))
        before = both[-2:]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    spread = _spread(columns.pop("moments"), as_heard)
    return Frames(**columns, spread=spread, crossings=_crossings(samples))


def _plain(spectra: NDArray[np.complex64]) -> dict[str, Array]:
    """Numbers of a block of spectra, the first two of which were in the last block."""
    magnitude = np.abs(spectra)
    power = magnitude[2:] ** 2
    change = np.diff(magnitude[1:], axis=0)
    return {
        "power": power.sum(1, dtype=float),
        "rolloff": _rolloff(power),
        "salience": _salience(magnitude[2:]),
        "flux": np.sqrt(np.einsum("fb,fb->f", change, change)).astype(float),
        "surprise": surprise(spectra),
    }


def _heard(spectra: NDArray[np.complex64]) -> dict[str, Array]:
    """Numbers of a block of spectra that the ear lets through."""
    magnitude = np.abs(spectra)
    of_power = (magnitude**2 @ _POWERS).astype(float)
    return {
        "centroid": of_power[:, 1] / np.maximum(of_power[:, 0], _TINY) * FREQUENCIES[-1],
        "moments": (magnitude @ _POWERS).astype(float),
        "entropy": _entropy(magnitude),
    }


def _rolloff(power: Grid) -> Array:
    """The frequency below which 85 % of the power lies."""
    below = np.cumsum(power, axis=1)
    reached = (below < _ROLLOFF * below[:, -1:]).sum(1)
    return np.asarray(FREQUENCIES[reached])


def _entropy(magnitude: Grid) -> Array:
    """Shannon entropy of the magnitudes, in bits."""
    total = np.maximum(magnitude.sum(1), _TINY)
    logarithms = np.log2(np.maximum(magnitude, _TINY))
    mean = np.einsum("fb,fb->f", magnitude, logarithms) / total
    return np.asarray(np.maximum(np.log2(total) - mean, 0), np.float64)


def _salience(magnitude: Grid) -> Array:
    """Likeness of the spectrum to itself shifted, at the best shift.

    The partials of one pitch are evenly spaced: shifted by that space, they meet.
    """
    turned = scipy.fft.rfft(magnitude, _SHIFTED, axis=1)
    likeness = scipy.fft.irfft(turned.real**2 + turned.imag**2, _SHIFTED, axis=1)
    at_rest = np.maximum(likeness[:, 0], _TINY)
    return np.asarray(np.clip(likeness[:, _SHIFTS].max(1) / at_rest, 0, 1), np.float64)


def _spread(moments: Array, as_heard: Samples) -> Array:
    """Variance of the magnitudes over frequency, with what leaks above the band."""
    ends = np.pad(as_heard, (WINDOW // 2, 2 * WINDOW))[::HOP].astype(float)
    cut = np.hypot(ends[: len(moments)], ends[2 : len(moments) + 2])
    raw = moments + cut[:, None] * _LEAK_POWERS
    total = np.maximum(raw[:, 0], _TINY)
    variance = np.maximum(raw[:, 2] / total - (raw[:, 1] / total) ** 2, 0)
    return np.asarray(variance * FREQUENCIES[-1] ** 2)


def _crossings(samples: Samples) -> Array:
    """Sign changes per sample at 44.1 kHz, the rate of the published column."""
    here = samples < 0
    later = np.concatenate([block < 0 for block in filtered_blocks(samples, half_later)])
    changes = (here != later).astype(np.int8)
    changes[:-1] += later[:-1] != here[1:]
    in_hop = np.pad(changes, (HOP, -len(changes) % HOP + HOP)).reshape(-1, HOP).sum(1)
    return np.asarray((in_hop[:-1] + in_hop[1:]) / (2 * WINDOW))
