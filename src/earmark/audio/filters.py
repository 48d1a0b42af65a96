"""Filters by which levels are weighted, applied in the frequency domain in blocks."""

from collections.abc import Callable, Iterator

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from earmark.types import Array

from .decode import RATE
from .spectra import stretch

Samples = NDArray[np.float32]
Response = NDArray[np.complex128]

# Blocks of 2.6 s, and 0.19 s on either side over which a filter may ring.
STEP = 13 * RATE // 5
_SIZE = 65536
_RINGING = (_SIZE - STEP) // 2

# ReplayGain 1.0's filter for 44.1 kHz: the inverse of an equal-loudness curve as a
# tenth-order recursive filter, then a second-order high pass at 150 Hz.
_REPLAY_GAIN_RATE = 44100
_CURVE = (
    (
        0.05418656406430, -0.02911007808948, -0.00848709379851, -0.00851165645469,
        -0.00834990904936, 0.02245293253339, -0.02596338512915, 0.01624864962975,
        -0.00240879051584, 0.00674613682247, -0.00187763777362,
    ),
    (
        1.0, -3.47845948550071, 6.36317777566148, -8.54751527471874,
        9.47693607801280, -8.81498681370155, 6.85401540936998, -4.39470996079559,
        2.19611684890774, -0.75104302451432, 0.13149317958808,
    ),
)  # fmt: skip
_HIGH_PASS = (
    (0.98500175787242, -1.97000351574484, 0.98500175787242),
    (1.0, -1.96977855582618, 0.97022847566350),
)

# Measured on a click.
_BAND_END_HERTZ = (9300, 9600, 9800, 10000, 10200, 10400, 10600, 10800, 11025)
_BAND_END_DECIBELS = (0.0, -0.18, -0.99, -3.25, -7.86, -15.7, -28.1, -48.7, -91.4)


def equal_loudness(hertz: Array) -> Response:
    """Response of the ear as ReplayGain models it: deaf to the lowest and highest.

    References
    ----------
    .. [1] D. Robinson, "Replay Gain: a proposed standard, equal loudness filter", 2001.

    Examples
    --------
    >>> bass, voice = abs(equal_loudness(np.array([40.0, 3000.0])))
    >>> bool(bass < 0.05 < 0.3 < voice)
    True
    """
    z = np.exp(-2j * np.pi * hertz / _REPLAY_GAIN_RATE)
    response = np.ones_like(z)
    for above, below in (_CURVE, _HIGH_PASS):
        response *= np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    return np.asarray(response)


def common_band(hertz: Array) -> Response:
    """Response of the end of the band, the same for clips of any rate.

    It fades from 9.3 kHz on, as in the resampler through which the published columns
    were made: what lies above depends on how a clip was stored more than on the music.

    >>> abs(common_band(np.array([9000.0, 11025.0]))).round(3).tolist()
    [1.0, 0.0]
    """
    decibels = np.interp(hertz, _BAND_END_HERTZ, _BAND_END_DECIBELS)
    return np.asarray(10 ** (decibels / 20), complex)


def high_pass(hertz: Array, cutoff: float) -> Response:
    """Response of a first-order high pass, 3 dB down at the cutoff in hertz.

    >>> round(float(abs(high_pass(np.array([200.0]), 200.0))[0]) ** 2, 6)
    0.5
    """
    return np.asarray(1j * hertz / (1j * hertz + cutoff))


def half_later(hertz: Array) -> Response:
    """Response that gives the sound half a sample later, between the samples.

    >>> tone = np.sin(2 * np.pi * 441 * np.arange(RATE) / RATE).astype(np.float32)
    >>> between = filtered(tone, half_later)[11000]
    >>> bool(abs(between - np.sin(2 * np.pi * 441 * 11000.5 / RATE)) < 1e-4)
    True
    """
    return np.asarray(np.exp(1j * np.pi * hertz / RATE))


def filtered(samples: Samples, response: Callable[[Array], Response]) -> Samples:
    """Samples through a filter, given its response at frequencies in hertz.

    >>> hum = np.sin(2 * np.pi * 50 * np.arange(RATE) / RATE).astype(np.float32)
    >>> bool(abs(filtered(hum, lambda hertz: high_pass(hertz, 2000.0))).max() < 0.05)
    True
    """
    out = np.empty_like(samples)
    for index, block in enumerate(filtered_blocks(samples, response)):
        out[index * STEP :][: len(block)] = block
    return out


def filtered_blocks(samples: Samples, response: Callable[[Array], Response]) -> Iterator[Samples]:
    """Yield what `filtered` gives in blocks of `STEP` samples, the last one shorter."""
    weights = response(scipy.fft.rfftfreq(_SIZE, 1 / RATE)).astype(np.complex64)
    for start in range(0, len(samples), STEP):
        spectrum = scipy.fft.rfft(stretch(samples, start - _RINGING, _SIZE))
        out = scipy.fft.irfft(spectrum * weights, _SIZE)
        yield out[_RINGING:][: min(STEP, len(samples) - start)]
