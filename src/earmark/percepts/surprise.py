"""How far a sound departs from what it was doing, frame by frame."""

import numpy as np
from numpy.typing import NDArray

from earmark.types import Array

Spectra = NDArray[np.complex64]
_TINY = np.float32(1e-20)


def surprise(spectra: Spectra) -> Array:
    """Distance of each frame but the first two from where they would have led.

    A steady tone keeps its magnitude and turns its phase by the same angle from frame
    to frame. The summed distance from that forecast is small while tones hold and
    large where something begins, be it struck or bowed [1]_.

    References
    ----------
    .. [1] J. P. Bello, C. Duxbury, M. Davies, M. Sandler, "On the use of phase and
       energy for musical onset detection in the complex domain", IEEE Signal
       Processing Letters 11(6), 2004.

    Examples
    --------
    >>> turning = np.exp(0.7j * np.arange(5))[:, None].astype(np.complex64)
    >>> bool(surprise(turning).max() < 1e-5)
    True
    """
    turn = spectra / np.maximum(np.abs(spectra), _TINY)
    forecast = spectra[1:-1] * turn[1:-1] * turn[:-2].conj()
    return np.asarray(np.abs(spectra[2:] - forecast).sum(1), np.float64)
