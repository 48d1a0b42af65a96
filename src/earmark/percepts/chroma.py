"""How strongly each of the twelve pitch classes sounds, and in which mode."""

import numpy as np
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.spectra import SILENCE, spectra
from earmark.types import Array

Samples = NDArray[np.float32]

# Long windows of 0.37 s tell semitones apart from 180 Hz up.
_WINDOW = 8192
_HOP = _WINDOW // 2
_LOWEST, _HIGHEST = 45, 93  # MIDI notes from A2, a whole number of octaves
_THIRDS = 3  # bins to a semitone
_OCTAVE = 12 * _THIRDS

_HANN = np.hanning(_WINDOW).astype(np.float32)
_AROUND_A_NOTE = np.array([0.5, 1.0, 0.5])

# How much each degree of the scale is heard in pieces of the mode, from the tonic up.
_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)


def _third_tones() -> NDArray[np.float32]:
    """Triangles that gather the bins of a spectrum into thirds of semitones."""
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    notes = _LOWEST + (np.arange((_HIGHEST - _LOWEST) * _THIRDS) - 1) / _THIRDS
    centres = 440 * 2 ** ((notes - 69) / 12)
    widths = np.maximum(centres * (2 ** (1 / _OCTAVE) - 1), hertz[1])
    weights = np.maximum(0, 1 - np.abs(hertz[:, None] - centres) / widths)
    return np.asarray(weights / weights.sum(0), np.float32)


def chroma(samples: Samples) -> Array:
    """Mean strength of the pitch classes C to B, tuned to the music's own pitch.

    Each frame that sounds counts alike, its strongest class as 1. Spectra are whitened
    over an octave, so that partials and loud registers do not drown the chord.
    """
    thirds = _third_tones()
    bands = np.concatenate([np.abs(b) @ thirds for b in spectra(samples, _HANN, _HOP)])
    power = (bands**2).sum(1)
    bands = bands[power > SILENCE * power.max()].astype(float)
    notes = _whitened(_retuned(bands)).reshape(len(bands), -1, _THIRDS)
    classes = (notes @ _AROUND_A_NOTE).reshape(len(bands), -1, 12).sum(1)
    strongest = np.maximum(classes.max(1, keepdims=True), np.finfo(float).tiny)
    return np.roll((classes / strongest).mean(0), _LOWEST % 12)


def _retuned(bands: Array) -> Array:
    """Bands shifted so that the music's notes lie on the middle one of each three."""
    thirds = bands.sum(0).reshape(-1, _THIRDS).sum(0)
    turn = np.exp(2j * np.pi * np.array([-1, 0, 1]) / _THIRDS)
    shift = _THIRDS * float(np.angle(thirds @ turn)) / (2 * np.pi)
    places = np.arange(bands.shape[1])
    return np.array([np.interp(places + shift, places, frame) for frame in bands])


def _whitened(bands: Array) -> Array:
    """How far each band rises above its octave, in standard deviations, or 0."""
    count = _octave_sums(np.ones((1, bands.shape[1])))
    mean = _octave_sums(bands) / count
    variance = np.maximum(_octave_sums(bands**2) / count - mean**2, 0)
    rise = np.maximum(bands - mean, 0)
    return np.divide(rise, np.sqrt(variance), out=np.zeros_like(rise), where=variance > 0)


def _octave_sums(bands: Array) -> Array:
    """Sum over the octave around each band, less at the ends."""
    half = _OCTAVE // 2
    sums = np.pad(np.cumsum(bands, axis=1), ((0, 0), (half + 1, half)), mode="edge")
    sums[:, : half + 1] = 0
    return sums[:, _OCTAVE + 1 :] - sums[:, : -_OCTAVE - 1]


def minor_over_major(chroma: Array) -> float | None:
    """Likeness to the best minor key less that to the best major key, -2 to 2.

    None where no pitch class stands out. Likeness is the correlation with the key's
    profile [1]_.

    References
    ----------
    .. [1] J. Albrecht, D. Shanahan, "The use of large corpora to train a new type of
       key-finding algorithm", Music Perception 31(1), 2013.

    Examples
    --------
    >>> a_minor = np.isin(np.arange(12), (9, 0, 4)).astype(float)
    >>> minor_over_major(a_minor) > 0 > minor_over_major(np.roll(a_minor[::-1], 8))
    True
    """
    if np.ptp(chroma) == 0:
        return None
    return _best(chroma, _MINOR) - _best(chroma, _MAJOR)


def _best(chroma: Array, profile: tuple[float, ...]) -> float:
    keys = [np.roll(profile, tonic) for tonic in range(12)]
    return max(float(np.corrcoef(chroma, key)[0, 1]) for key in keys)
