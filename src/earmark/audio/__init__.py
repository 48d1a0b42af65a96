"""Files of music in, samples and their shared spectra out; nothing else opens audio."""

from .decode import read
from .essence import track_id

__all__ = ["read", "track_id"]
