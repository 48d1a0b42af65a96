"""How fast the beat goes, followed through the clip."""

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.spectra import HOP
from earmark.types import Array

# Everything below is counted in half hops of the spectra.
_HALF_HOP_SECONDS = HOP / 2 / RATE

# Stretches of 6 s, one every 1.5 s; the last may be half empty.
_STRETCH = 512
_STEP = 128

# From 208 down to 40 beats a minute.
_PERIODS = np.arange(25, 130)
# The period that listeners prefer, 0.5 s: 120 beats a minute.
_PREFERRED = 43.0
_PREFERENCE = _PERIODS / _PREFERRED**2 * np.exp(-((_PERIODS / _PREFERRED) ** 2) / 2)
# How far, as a standard deviation, the period may wander from stretch to stretch.
_WANDER = 5.0
_CHANGE = -(((_PERIODS[:, None] - _PERIODS) / _WANDER) ** 2) / 2

# Novelty counts where it is above its mean over 17 frames, 0.2 s.
_AROUND = 17
# Tempi within 3 % are one tempo.
_SAME = 0.03
_UNLIKELY = 1e-6


def tempo(surprise: Array) -> float | None:
    """Beats a minute of most of the music, None where nothing recurs.

    `surprise` is one number every 23 ms. Its periodicity is taken from a comb over
    the autocorrelation of each stretch, weighted by what listeners prefer [1]_; the
    likeliest steady path through the stretches is kept [2]_, and of its tempi the
    one held for most beats.

    References
    ----------
    .. [1] M. E. P. Davies, M. D. Plumbley, "Context-dependent beat tracking of musical
       audio", IEEE Transactions on Audio, Speech, and Language Processing 15(3), 2007.
    .. [2] A. M. Stark, M. E. P. Davies, M. D. Plumbley, "Real-time beat-synchronous
       analysis of musical audio", DAFx, 2009.
    """
    strengths = _strengths(_peaks(surprise))
    recurring = strengths.max(1) > 0
    if not recurring.any():
        return None
    return _prevailing(60 / _HALF_HOP_SECONDS / _path(strengths[recurring]))


def _peaks(surprise: Array) -> Array:
    """Novelty above its surroundings, at twice the rate, with room for a last stretch."""
    half_frames = np.arange(2 * len(surprise) - 1) / 2
    curve = np.interp(half_frames, np.arange(len(surprise)), surprise)
    box = np.ones(_AROUND)
    mean = np.convolve(curve, box, "same") / np.convolve(np.ones(len(curve)), box, "same")
    above = np.maximum(curve - mean, 0)
    return np.pad(above, (0, max(_STRETCH // 2, _STRETCH - len(above))))


def _strengths(novelty: Array) -> Array:
    """How strongly each period is felt in each stretch, 1 for the strongest."""
    stretches = sliding_window_view(novelty, _STRETCH)[::_STEP]
    spectrum = scipy.fft.rfft(stretches, 2 * _STRETCH, axis=1)
    overlap = _STRETCH - np.arange(_STRETCH)
    likeness = scipy.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :_STRETCH] / overlap
    # A comb: a period counts if its multiples recur too, the higher the more loosely.
    felt = np.zeros((len(stretches), len(_PERIODS)))
    for multiple in range(1, 5):
        for loose in range(1 - multiple, multiple):
            lag = multiple * _PERIODS + loose
            inside = lag < _STRETCH
            felt[:, inside] += likeness[:, lag[inside]] / (2 * multiple - 1)
    felt *= _PREFERENCE
    peak = felt.max(1, keepdims=True)
    return np.asarray(np.divide(felt, peak, out=np.zeros_like(felt), where=peak > 0))


def _path(strengths: Array) -> NDArray[np.int_]:
    """The likeliest sequence of periods, by Viterbi's algorithm."""
    scores = np.log(strengths + _UNLIKELY)
    best, origins = scores[0], []
    for score in scores[1:]:
        arriving = best[:, None] + _CHANGE
        origins.append(arriving.argmax(0))
        best = arriving.max(0) + score
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return _PERIODS[path[::-1]]


def _prevailing(tempi: Array) -> float:
    """Mean of the tempi around the one that most beats have."""
    near = np.exp(-((np.log(tempi[:, None] / tempi) / _SAME) ** 2) / 2)
    centre = int((near @ tempi).argmax())
    beats = near[centre] * tempi
    return float(beats @ tempi / beats.sum())
