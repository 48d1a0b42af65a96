"""Each feature on sounds for which theory says what it must be."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.filters import equal_loudness
from earmark.percepts import Hearing, named
from earmark.types import Clip, Missing

Samples = NDArray[np.float32]
RNG = np.random.default_rng(7)
NOISE = (0.2 * RNG.standard_normal(8 * RATE)).astype(np.float32)


def tone(hertz: float, seconds: float = 8.0) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE).astype(np.float32)


def chord(notes: Sequence[int], seconds: float = 1.0) -> Samples:
    """Notes with five partials each, plucked, by MIDI numbers."""
    fade = np.exp(-2 * np.arange(round(RATE * seconds)) / RATE)
    partials = [
        0.6**k * tone(k * 440 * 2 ** ((note - 69) / 12), seconds)
        for note in notes
        for k in range(1, 6)
    ]
    return np.asarray(fade * np.sum(partials, axis=0), np.float32)


def piece(*chords: Sequence[int]) -> Samples:
    return np.tile(np.concatenate([chord(notes) for notes in chords]), 2)


def clicks(per_minute: float, seconds: float = 20.0) -> Samples:
    samples = np.zeros(round(seconds * RATE), np.float32)
    burst = NOISE[:400] * np.exp(-np.arange(400) / 80)
    for time in np.arange(0.2, seconds - 0.1, 60 / per_minute):
        at = round(time * RATE)
        samples[at : at + 400] += burst
    return samples.astype(np.float32)


def stepping(decibels: float, seconds: float = 8.0) -> Samples:
    """Noise whose second half is softer by so many decibels."""
    noise = NOISE[: round(seconds * RATE)].copy()
    noise[len(noise) // 2 :] *= 10 ** (-decibels / 20)
    return noise


def value(notation: str, samples: Samples) -> float:
    heard = named(notation).value(Hearing(Clip(samples, RATE)))
    assert not isinstance(heard, Missing), heard.reason
    return heard


MAJOR_SCALE = piece([60, 64, 67], [65, 69, 72], [67, 71, 74], [60, 64, 67])
MINOR_SCALE = piece([57, 60, 64], [62, 65, 69], [64, 67, 71], [57, 60, 64])


@pytest.mark.parametrize("hertz", [200.0, 440.0, 1000.0, 3000.0, 8000.0])
def test_the_centroid_of_a_tone_is_its_frequency(hertz: float) -> None:
    assert value("spectral_centroid", tone(hertz)) == pytest.approx(hertz, rel=0.02)


@pytest.mark.parametrize("hertz", [200.0, 1000.0, 8000.0])
def test_the_rolloff_of_a_tone_is_within_two_bins_of_it(hertz: float) -> None:
    assert value("spectral_rolloff", tone(hertz)) == pytest.approx(hertz, abs=45)


def test_white_noise_rolls_off_at_85_percent_of_the_band() -> None:
    assert value("spectral_rolloff", NOISE) == pytest.approx(0.85 * 10000, rel=0.03)


@pytest.mark.parametrize("hertz", [500.0, 2000.0, 7000.0])
def test_a_tone_crosses_zero_twice_a_period(hertz: float) -> None:
    assert value("zero_crossing_rate", tone(hertz)) == pytest.approx(hertz / 22050, rel=0.02)


def test_noise_is_denser_and_wider_than_tones() -> None:
    for notation in ("spectral_entropy", "spectral_spread", "zero_crossing_rate"):
        assert value(notation, tone(1000)) < 0.5 * value(notation, NOISE), notation


def test_noise_has_nearly_the_highest_entropy() -> None:
    assert 8.0 < value("spectral_entropy", NOISE) < 9.0


@pytest.mark.parametrize(("low", "high"), [(2000.0, 6000.0), (1000.0, 8000.0)])
def test_two_tones_spread_with_the_square_of_their_distance(low: float, high: float) -> None:
    weights = np.abs(equal_loudness(np.array([low, high])))
    shares = weights / weights.sum()
    expected = shares.prod() * (high - low) ** 2  # the variance of two points
    # The window spreads each tone a little by itself.
    assert value("spectral_spread", tone(low) + tone(high)) == pytest.approx(expected, rel=0.2)


def test_a_held_tone_has_no_flux_and_noise_has() -> None:
    assert value("spectral_flux", tone(1000)) < 0.1 * value("spectral_flux", NOISE)


@pytest.mark.parametrize("decibels", [0.0, 6.0, 12.0, 20.0])
def test_dynamics_are_the_mean_distance_from_the_whole(decibels: float) -> None:
    # Half the moments lie `decibels` below the others: whatever the level of the
    # whole is between them, the distances average to half of that.
    heard = value("dynamic_complexity", stepping(decibels))
    assert heard == pytest.approx(decibels / 2, abs=0.6)


def test_loudness_is_that_of_the_mean_beside_the_loudest() -> None:
    steady, halved, soft = (value("loudness", stepping(down)) for down in (0.0, 6.0, 40.0))
    assert steady > 0.95
    assert steady > halved > soft
    # 7 stretches of 2 s, of which 3 are loud and one is half loud.
    decibels = 10 * np.log10((3 + 0.5**0.67) / 7)
    assert soft == pytest.approx(0.5 + 0.5 * np.tanh(2 * (decibels + 5) / 3 - 1), abs=0.02)


@pytest.mark.parametrize("per_minute", [60, 120, 240])
def test_the_onset_rate_counts_clicks(per_minute: float) -> None:
    assert value("onset_rate", clicks(per_minute)) == pytest.approx(per_minute / 60, rel=0.06)


@pytest.mark.parametrize("per_minute", [70, 90, 110, 128, 150])
def test_the_tempo_is_that_of_clicks(per_minute: float) -> None:
    assert value("tempo", clicks(per_minute)) == pytest.approx(per_minute, rel=0.02)


def test_a_harmonic_series_is_more_salient_than_a_lone_partial_or_clicks() -> None:
    harmonic = np.sum([tone(220 * k) for k in range(1, 11)], axis=0)
    heard = value("pitch_salience", harmonic.astype(np.float32))
    assert heard > 0.7
    assert heard > 2 * value("pitch_salience", tone(2205 / 2))


def test_minor_music_is_more_minor_than_major_music() -> None:
    assert value("minorness", MAJOR_SCALE) < 0.55 < value("minorness", MINOR_SCALE)


def test_drones_have_neither_tempo_nor_a_value_made_up() -> None:
    missing = named("tempo").value(Hearing(Clip(tone(440), RATE)))
    assert missing == Missing("too few notes begin to make a beat")


def same_values(one: Hearing, other: Hearing, *, tolerance: float) -> None:
    for notation in NOTATIONS:
        before, after = named(notation).value(one), named(notation).value(other)
        if isinstance(before, Missing):
            assert after == before, notation
        else:
            assert after == pytest.approx(before, rel=tolerance), notation


# --- what a listener can change without changing what is heard ----------------


@pytest.mark.parametrize(
    "sound", [MINOR_SCALE, clicks(100), NOISE], ids=["chords", "clicks", "noise"]
)
@pytest.mark.parametrize("gain", [1e-4, 0.3, 30.0])
def test_turning_the_volume_changes_nothing(sound: Samples, gain: float) -> None:
    before, after = Hearing(Clip(sound, RATE)), Hearing(Clip(np.float32(gain) * sound, RATE))
    same_values(before, after, tolerance=2e-3)


def test_turning_the_wave_upside_down_changes_nothing() -> None:
    before, after = Hearing(Clip(MAJOR_SCALE, RATE)), Hearing(Clip(-MAJOR_SCALE, RATE))
    same_values(before, after, tolerance=1e-3)


NOTATIONS = (
    "dynamic_complexity",
    "loudness",
    "minorness",
    "onset_rate",
    "pitch_salience",
    "spectral_centroid",
    "spectral_entropy",
    "spectral_flux",
    "spectral_rolloff",
    "spectral_spread",
    "tempo",
    "zero_crossing_rate",
)
