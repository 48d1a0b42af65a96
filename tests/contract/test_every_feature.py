"""What holds of every feature that is or will be in the registry."""

import inspect
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.percepts import Feature, Hearing, available, listen
from earmark.types import Clip, Missing

RATE = 22050
Samples = NDArray[np.float32]
FEATURES = available()
NAMES = [one.concept.notation for one in FEATURES]


def sound(seconds: float, gap: float = 0.5) -> Samples:
    """Something like music: chords plucked every `gap` seconds over soft noise."""
    rng = np.random.default_rng(0)
    time = np.arange(round(RATE * seconds)) / RATE
    beat = np.exp(-6 * (time % gap))
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 277.2, 329.6, 440, 660))
    return (0.1 * beat * chord + 0.01 * rng.standard_normal(len(time))).astype(np.float32)


CLIPS: dict[str, Callable[[], Samples]] = {
    "five seconds": lambda: sound(5),
    "quick": lambda: sound(6, gap=0.33),
    "one second": lambda: sound(1),
    "one frame": lambda: sound(1024 / RATE),
    "very quiet": lambda: np.float32(1e-4) * sound(3),
    "clipped": lambda: np.clip(50 * sound(3), -1, 1),
    "offset and noise": lambda: 0.5 + 0.1 * sound(3),
    "noise": lambda: np.random.default_rng(1).standard_normal(3 * RATE).astype(np.float32),
    "one tone": lambda: np.sin(np.arange(3 * RATE) / 5).astype(np.float32),
    "one click": lambda: np.eye(1, 3 * RATE, RATE, dtype=np.float32)[0],
    "square wave": lambda: np.sign(np.sin(np.arange(3 * RATE) / 50)).astype(np.float32),
    "sound after silence": lambda: np.concatenate([np.zeros(5 * RATE, np.float32), sound(1)]),
    "highest tone": lambda: np.tile(np.array([1, -1], np.float32), RATE),
}


def test_the_first_dozen_is_there() -> None:
    assert len(FEATURES) >= 12


@pytest.mark.parametrize("clip", CLIPS)
def test_every_value_is_finite_and_in_bounds_or_its_absence_explained(clip: str) -> None:
    hearing = Hearing(Clip(CLIPS[clip]().astype(np.float32), RATE))
    wrong = {}
    for one in FEATURES:
        value = one.value(hearing)  # raises where a number is out of bounds
        if isinstance(value, Missing):
            if not value.reason.strip():
                wrong[one.concept.notation] = "no reason"
        elif not math.isfinite(value):
            wrong[one.concept.notation] = str(value)
    assert not wrong


def test_hearing_twice_hears_the_same() -> None:
    clip = Clip(sound(4), RATE)
    assert listen(clip, "a") == listen(clip, "a")


def test_no_feature_depends_on_which_were_asked_before() -> None:
    clip = Clip(sound(4), RATE)
    together = Hearing(clip)
    backwards = {one.procedure: one.value(together) for one in reversed(FEATURES)}
    assert backwards == {one.procedure: one.value(Hearing(clip)) for one in FEATURES}


@pytest.mark.parametrize("one", FEATURES, ids=NAMES)
def test_every_feature_says_what_it_is(one: Feature) -> None:
    concept = one.concept
    summary = inspect.cleandoc(one.measure.__doc__ or "").splitlines()[0]
    assert len(summary) <= 72
    assert concept.definition == summary.rstrip(".")
    for text in (concept.label, concept.high, concept.low):
        assert text
        assert not text.endswith(".")
    assert concept.high != concept.low
    assert one.unit.startswith("unit:")
    assert any(character.isdigit() for character in one.reference), "a year of publication"
    assert one.procedure == f"{concept.notation}/{one.version}"


@pytest.mark.parametrize("one", FEATURES, ids=NAMES)
def test_every_meaning_is_in_words_of_a_listener(one: Feature) -> None:
    said = " ".join((one.concept.definition, one.concept.high, one.concept.low)).lower()
    jargon = ("spectr", "magnitude", "hertz", " hz", "variance", "amplitude", "bins", "fft")
    assert not [word for word in jargon if word in said]


@pytest.mark.parametrize("one", FEATURES, ids=NAMES)
def test_every_feature_tells_sounds_apart(one: Feature) -> None:
    values = set()
    for clip in CLIPS.values():
        value = one.value(Hearing(Clip(clip().astype(np.float32), RATE)))
        if not isinstance(value, Missing):
            values.add(round(value, 9))
    assert len(values) > 2
