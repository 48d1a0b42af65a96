import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.audio.decode import RATE
from earmark.audio.spectra import HOP, WINDOW, blackman_harris, spectra
from earmark.errors import AudioOverLimits, NoSound
from earmark.percepts import Hearing, features_version, listen
from earmark.percepts.chroma import minor_over_major
from earmark.percepts.frames import frames
from earmark.percepts.pulse import tempo
from earmark.types import Clip

Samples = NDArray[np.float32]


def tone(hertz: float, seconds: float = 4.0) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE).astype(np.float32)


def strokes(times: NDArray[np.float64], seconds: float, hertz: float = 660.0) -> Samples:
    """Plucked tones that begin at the given times."""
    samples = np.zeros(round(seconds * RATE), np.float32)
    for time in times:
        rest = samples[round(time * RATE) :]
        ring = np.arange(min(len(rest), RATE // 4)) / RATE
        rest[: len(ring)] += np.exp(-ring * 20) * np.sin(2 * np.pi * hertz * ring)
    return samples


def hear(samples: Samples) -> Hearing:
    return Hearing(Clip(samples, RATE))


def test_silence_and_other_rates_are_refused() -> None:
    for silence in (np.zeros(RATE), np.full(RATE, 0.5), np.zeros(0)):
        with pytest.raises(NoSound, match="nothing to hear"):
            hear(silence.astype(np.float32))
    with pytest.raises(AudioOverLimits, match="resample it to 22050"):
        Hearing(Clip(tone(440), 44100))


# --- frames -----------------------------------------------------------------


def test_frames_agree_with_librosa_where_definitions_do() -> None:
    rng = np.random.default_rng(0)
    samples = (tone(300) + 0.3 * rng.standard_normal(4 * RATE)).astype(np.float32)
    ours = frames(samples, samples)  # as heard by an ear that weighs nothing
    whole = np.concatenate(list(spectra(samples, blackman_harris(WINDOW), HOP)))
    power = np.abs(whole.T) ** 2
    rate = {"S": power, "sr": RATE}
    centroid = librosa.feature.spectral_centroid(**rate)[0]
    assert ours.centroid == pytest.approx(centroid, rel=1e-4)
    rolloff = librosa.feature.spectral_rolloff(**rate, roll_percent=0.85)[0]
    assert ours.rolloff == pytest.approx(rolloff)


def test_crossings_count_those_between_the_samples_too() -> None:
    middle = frames(tone(9000), tone(9000)).crossings[20:-20]
    assert middle == pytest.approx(9000 / 22050, abs=2 / 2048)


def test_silence_around_the_music_does_not_count() -> None:
    sound = tone(1000, 12.0)
    silence = np.zeros(3 * RATE, np.float32)
    alone, framed = hear(sound), hear(np.concatenate([silence, sound, silence]))
    for name in ("centroid", "rolloff", "salience", "crossings"):
        assert framed.frames.mean(name) == pytest.approx(alone.frames.mean(name), rel=0.05), name
    assert framed.levels.gain == pytest.approx(alone.levels.gain, rel=0.02)
    # Up to a second in which the last sound fades from the ear.
    assert 0 <= len(framed.levels.momentary) - len(alone.levels.momentary) <= 5


# --- levels -----------------------------------------------------------------


def test_gain_brings_any_volume_to_one_level() -> None:
    noise = np.random.default_rng(1).standard_normal(5 * RATE).astype(np.float32)
    gains = [hear(volume * noise).levels.gain * volume for volume in (1e-5, 0.1, 1, 100)]
    assert gains == pytest.approx([gains[0]] * 4, rel=1e-4)


def test_felt_loudness_follows_stevens() -> None:
    sound = tone(1000, 8.0)
    sound[4 * RATE :] *= 0.5
    felt = hear(sound).levels.felt
    assert len(felt) == 7
    assert felt[0] == pytest.approx(1)
    assert felt[-1] == pytest.approx(0.25**0.67, rel=1e-3)


def test_momentary_level_is_in_decibels() -> None:
    sound = tone(1000, 8.0)
    sound[4 * RATE :] *= 0.1
    level = hear(sound).levels.momentary
    assert level[5] - level[-2] == pytest.approx(20, abs=0.1)


# --- rhythm -----------------------------------------------------------------


@pytest.mark.parametrize("gap", [0.15, 0.25, 0.5, 1.0])
def test_every_stroke_is_one_onset_at_its_time(gap: float) -> None:
    times = np.arange(0.5, 9.5, gap)
    found = hear(strokes(times, 10.0)).onsets
    assert len(found) == len(times)
    assert np.abs(found - times).max() < 0.04


@pytest.mark.parametrize("bpm", [66, 72, 90, 100, 120, 132, 150])
def test_the_tempo_of_strokes_is_found(bpm: float) -> None:
    found = hear(strokes(np.arange(0.1, 20, 60 / bpm), 20.0)).tempo
    assert found is not None
    assert found == pytest.approx(bpm, rel=0.03)


def test_of_two_tempi_an_octave_apart_the_usual_one_is_heard() -> None:
    found = hear(strokes(np.arange(0.1, 20, 60 / 50), 20.0)).tempo
    assert found == pytest.approx(100, rel=0.03)


def test_a_tempo_needs_something_that_recurs() -> None:
    assert tempo(np.zeros(400)) is None


# --- pitch ------------------------------------------------------------------


def chord(*notes: int, tuning: float = 0.0) -> Samples:
    partials = [
        0.6**k * tone(k * 440 * 2 ** ((n + tuning - 69) / 12)) for n in notes for k in range(1, 6)
    ]
    return np.asarray(np.sum(partials, axis=0), np.float32)


@pytest.mark.parametrize("tuning", [-0.3, 0.0, 0.3])
@pytest.mark.parametrize("root", [57, 60, 66])
def test_a_chord_sounds_in_its_pitch_classes(root: int, tuning: float) -> None:
    heard = hear(chord(root, root + 4, root + 7, tuning=tuning)).chroma
    strongest = set(np.argsort(heard)[-3:].tolist())
    assert strongest == {root % 12, (root + 4) % 12, (root + 7) % 12}


@pytest.mark.parametrize("shift", range(12))
def test_transposing_leaves_the_mode(shift: int) -> None:
    heard = np.random.default_rng(2).random(12)
    there = minor_over_major(np.roll(heard, shift))
    assert there == pytest.approx(minor_over_major(heard))


def test_no_pitch_class_no_mode() -> None:
    assert minor_over_major(np.zeros(12)) is None


# --- listening --------------------------------------------------------------


def test_listening_observes_the_whole_track_once() -> None:
    heard = listen(Clip(tone(440), RATE), "a-track")
    assert heard.track == "a-track"
    assert heard.features_version == features_version()
    for seen in heard.observations:
        assert (seen.start, seen.end) == (0, heard.seconds)
        assert seen.procedure.startswith(f"{seen.feature}/")
        assert (seen.value is None) == bool(seen.missing), seen
        if seen.value is not None:
            assert float(f"{seen.value:.9g}") == seen.value, "nine significant digits"


def test_what_a_drone_lacks_is_said() -> None:
    heard = {seen.feature: seen for seen in listen(Clip(tone(440), RATE), "drone").observations}
    assert heard["tempo"].value is None
    assert heard["tempo"].missing == "too few notes begin to make a beat"
