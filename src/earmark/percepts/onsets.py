"""Where notes, chords and strokes begin."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.spectra import spectra
from earmark.types import Array

from .surprise import surprise

# 23 ms windows every 12 ms: short, so that quick notes stay apart.
_WINDOW = 512
_HOP = 256
_HOP_SECONDS = _HOP / RATE

# The frames over which novelty is smoothed and compared with its own median, the part
# of the mean that is added to the median, and the least novelty (its peak being 1).
_FRAMES = 5
_MEAN_PART = 0.1
_LEAST = 0.02

_HANN = (np.hanning(_WINDOW) * 2 / np.hanning(_WINDOW).sum()).astype(np.float32)
_BINS = np.arange(_WINDOW // 2 + 1, dtype=np.float32)


def onsets(samples: NDArray[np.float32]) -> Array:
    """Times in seconds at which something begins to sound.

    Two kinds of novelty count alike: high-frequency content, which strokes have, and
    surprise, which soft and pitched beginnings have too. An onset is where their
    smoothed sum rises above its recent median for at least two frames [1]_.

    References
    ----------
    .. [1] P. Brossier, J. P. Bello, M. D. Plumbley, "Fast labelling of notes in music
       signals", ISMIR, 2004.
    """
    strokes, surprises = [], []
    before = np.zeros((2, len(_BINS)), np.complex64)
    for block in spectra(samples, _HANN, _HOP):
        strokes.append((np.abs(block) @ _BINS).astype(float))
        surprises.append(surprise(np.concatenate([before, block])))
        before = np.concatenate([before, block])[-2:]
    novelty = _to_peak(np.concatenate(strokes)) + _to_peak(np.concatenate(surprises))
    return np.asarray(_risings(novelty / 2) * _HOP_SECONDS, np.float64)


def _to_peak(curve: Array) -> Array:
    return np.asarray(curve / max(curve.max(), np.finfo(np.float32).tiny))


def _risings(novelty: Array) -> NDArray[np.intp]:
    """Frames where novelty rises above what it was, and stays for another frame."""
    smooth = np.convolve(novelty, np.full(_FRAMES, 1 / _FRAMES))[: len(novelty)]
    recent = sliding_window_view(np.pad(smooth, (_FRAMES - 1, 0)), _FRAMES)
    usual = np.median(recent, axis=1) + _MEAN_PART * recent.mean(1)
    above = np.pad((smooth > usual) & (smooth > _LEAST), 1)
    return np.flatnonzero(~above[:-2] & above[1:-1] & above[2:])
