"""Measures every available feature of a clip in one listening."""

from earmark.types import Clip, Heard, Missing, Observation

from .hearing import Hearing
from .registry import Feature, available, features_version

# Observations keep what the graph keeps: more digits would not survive a round trip.
_SIGNIFICANT_DIGITS = 9


def listen(clip: Clip, track: str) -> Heard:
    """All that can be heard in a clip, each percept once for the whole track."""
    hearing = Hearing(clip)
    observations = tuple(_observe(one, hearing) for one in available())
    return Heard(track, clip.seconds, features_version(), observations)


def _observe(one: Feature, hearing: Hearing) -> Observation:
    value = one.value(hearing)
    missing = value.reason if isinstance(value, Missing) else ""
    kept = None if isinstance(value, Missing) else float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    return Observation(
        one.concept.notation, kept, 0.0, hearing.clip.seconds, one.procedure, missing
    )
