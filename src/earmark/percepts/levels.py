"""How loud a clip is, as a whole and stretch by stretch."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.filters import filtered_blocks, high_pass
from earmark.audio.spectra import SILENCE
from earmark.types import Array

Samples = NDArray[np.float32]

# Steps of 0.2 s, each of four blocks of 50 ms.
_STEP = RATE // 5
_QUARTERS = (0, 1102, 2205, 3307, _STEP)

# The level that 5 % of the blocks exceed, and where that level is brought to: what
# ReplayGain aims at, and 6 dB more, as is the custom of players.
_LOUD = 0.95
_AIM_DECIBELS = -25.46

# Loudness as felt grows with energy to this power.
_STEVENS = 0.67

# The ear's memory of energy, and how it heeds bass less (measured on probe tones).
_DECAY_SECONDS = 0.035
_BASS_HERTZ = 202.0
_SILENCE_DECIBELS = -100.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a clip.

    ``gain`` is the factor that brings the clip to a common level; ``felt`` the
    loudness of stretches of 2 s, a second apart, relative to the loudest;
    ``momentary`` the level every 0.2 s in decibels after that gain, without the
    silence before and after the music.
    """

    gain: float
    felt: Array
    momentary: Array


def levels(samples: Samples, as_heard: Samples) -> Levels:
    """Levels of a clip, from its samples and from those that the ear lets through."""
    gain = _gain(as_heard)
    return Levels(gain, _felt(samples), _momentary(samples, gain))


def _gain(as_heard: Samples) -> float:
    """The factor by which ReplayGain 1.0 would amplify the clip [1]_.

    References
    ----------
    .. [1] D. Robinson, "Replay Gain: a proposed standard", 2001.
    """
    steps = _steps(as_heard)
    blocks = np.stack([_energy(steps[:, start:stop]) for start, stop in pairwise(_QUARTERS)], 1)
    sounding = blocks[blocks > SILENCE * blocks.max()]
    level = np.quantile(sounding, _LOUD, method="inverted_cdf") / (RATE / 20)
    return float(10 ** (_AIM_DECIBELS / 20) / np.sqrt(level))


def _felt(samples: Samples) -> Array:
    """Loudness of every 2 s by Stevens' power law, as a share of the loudest."""
    steps = _energy(_steps(samples))
    seconds = np.add.reduceat(steps, np.arange(0, len(steps), RATE // _STEP))
    energy: Array = seconds[:-1] + seconds[1:] if len(seconds) > 1 else seconds
    felt: Array = (energy / energy.max()) ** _STEVENS
    return felt


def _momentary(samples: Samples, gain: float) -> Array:
    """Level every 0.2 s, of energy that fades within 35 ms as in the ear [1]_.

    References
    ----------
    .. [1] E. Vickers, "Automatic long-term loudness and dynamics matching", 111th
       Convention of the Audio Engineering Society, 2001.
    """
    keep = np.exp(-1 / (_DECAY_SECONDS * RATE))
    fading = np.sqrt((1 - keep) * keep ** np.arange(_STEP)[::-1])
    level, levels = 0.0, []
    for block in filtered_blocks(samples, lambda hertz: gain * high_pass(hertz, _BASS_HERTZ)):
        for energy in _energy(_steps(block) * fading):
            level = level * keep**_STEP + energy
            levels.append(level)
    whole = levels[: max(len(samples) // _STEP, 1)]
    decibels = 10 * np.log10(np.maximum(whole, 10 ** (_SILENCE_DECIBELS / 10)))
    heard = np.flatnonzero(decibels > _SILENCE_DECIBELS)
    return decibels[heard[0] : heard[-1] + 1] if len(heard) else decibels


def _steps(samples: Samples) -> Samples:
    """Samples as rows of 0.2 s, the last filled with silence."""
    return np.pad(samples, (0, -len(samples) % _STEP)).reshape(-1, _STEP)


def _energy(rows: NDArray[np.floating]) -> Array:
    return np.asarray(np.einsum("ij,ij->i", rows, rows), np.float64)
