"""The shared short-time spectra of a clip, in blocks of frames."""

from collections.abc import Iterator

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from earmark.types import Array

from .decode import RATE

Samples = NDArray[np.float32]

# At 22.05 kHz: the bins and the time grid of 2048 / 1024 at 44.1 kHz.
WINDOW = 1024
HOP = 512
FREQUENCIES: Array = np.arange(WINDOW // 2 + 1, dtype=np.float64) * (RATE / WINDOW)

# Power 80 dB below the loudest is the silence around the music, not music.
SILENCE = 1e-8

# As many frames as fit the cache of a core, so that memory does not grow with length.
_BLOCK = 128


def blackman_harris(size: int) -> NDArray[np.float32]:
    """The three-term window whose side lobes are 62 dB down, of area 2 [1]_.

    With that area a steady sine of amplitude 1 has a magnitude of 1.

    References
    ----------
    .. [1] F. J. Harris, "On the use of windows for harmonic analysis with the discrete
       Fourier transform", Proceedings of the IEEE 66(1), 1978.

    Examples
    --------
    >>> round(float(blackman_harris(1024).sum()), 6)
    2.0
    """
    turn = 2 * np.pi * np.arange(size) / (size - 1)
    window = 0.44959 - 0.49364 * np.cos(turn) + 0.05677 * np.cos(2 * turn)
    return np.asarray(2 * window / window.sum(), np.float32)


def frame_count(length: int, hop: int = HOP) -> int:
    """How many frames, each centred on a multiple of `hop`, cover `length` samples.

    >>> frame_count(1024), frame_count(1025)
    (3, 4)
    """
    return -(-length // hop) + 1


def spectra(
    samples: Samples, window: NDArray[np.float32], hop: int
) -> Iterator[NDArray[np.complex64]]:
    """Yield blocks of complex spectra, frames by bins, the first centred on time 0."""
    size = len(window)
    frames = frame_count(len(samples), hop)
    for first in range(0, frames, _BLOCK):
        count = min(_BLOCK, frames - first)
        part = stretch(samples, first * hop - size // 2, (count - 1) * hop + size)
        yield scipy.fft.rfft(sliding_window_view(part, size)[::hop] * window, axis=1)


def stretch(samples: Samples, start: int, length: int) -> Samples:
    """Samples from `start`, silence where there are none."""
    inside = samples[max(start, 0) : max(start + length, 0)]
    before = max(-start, 0)
    return np.pad(inside, (before, length - before - len(inside)))
