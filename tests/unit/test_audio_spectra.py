import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from earmark.audio import filters
from earmark.audio.decode import RATE
from earmark.audio.filters import common_band, equal_loudness, filtered, half_later, high_pass
from earmark.audio.spectra import FREQUENCIES, HOP, WINDOW, blackman_harris, frame_count, spectra

Samples = NDArray[np.float32]

LENGTHS = st.integers(1, 200_000)


def noise(length: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).standard_normal(length).astype(np.float32)


def tone(hertz: float, seconds: float = 1.0) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE).astype(np.float32)


def all_frames(samples: Samples) -> NDArray[np.complex64]:
    return np.concatenate(list(spectra(samples, blackman_harris(WINDOW), HOP)))


def test_a_steady_sine_has_its_amplitude_in_its_bin() -> None:
    bin_40 = float(FREQUENCIES[40])
    middle = np.abs(all_frames(0.3 * tone(bin_40)))[20]
    assert middle.argmax() == 40
    assert middle[40] == pytest.approx(0.3, rel=1e-3)
    assert middle[:30].max() < 0.3 * 10 ** (-60 / 20), "side lobes are 62 dB down"


@settings(max_examples=25, deadline=None)
@given(length=LENGTHS)
def test_blocks_give_the_frames_of_the_whole(length: int) -> None:
    samples = noise(length)
    frames = all_frames(samples)
    assert len(frames) == frame_count(length)
    for n in {0, len(frames) // 2, len(frames) - 1}:
        padded = np.pad(samples, (WINDOW // 2, WINDOW + HOP))[n * HOP :][:WINDOW]
        expected = np.fft.rfft(padded * blackman_harris(WINDOW))
        assert np.abs(frames[n] - expected).max() < 1e-5


def test_equal_loudness_is_the_published_recursive_filter() -> None:
    hertz = np.linspace(1, 20000, 500)
    expected = np.ones(len(hertz), complex)
    for above, below in (filters._CURVE, filters._HIGH_PASS):
        expected *= signal.freqz(above, below, hertz, fs=44100)[1]
    assert equal_loudness(hertz) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(length=LENGTHS)
def test_filtering_in_blocks_equals_a_recursion(length: int) -> None:
    samples = noise(length)
    cutoff = 500.0
    # The same first-order high pass, made digital; they part near the top of the band.
    above, below = signal.butter(1, cutoff, "highpass", fs=RATE)
    low = signal.lfilter(*signal.butter(4, 1000, fs=RATE), samples).astype(np.float32)
    expected = signal.lfilter(above, below, low)
    heard = filtered(low, lambda hertz: high_pass(hertz, cutoff))
    assert len(heard) == length
    assert np.abs(heard - expected)[:-200].max(initial=0) < 0.01 * np.abs(low).max()


@pytest.mark.parametrize("hertz", [100.0, 1000.0, 5000.0, 9000.0])
def test_the_common_band_leaves_the_rest_alone(hertz: float) -> None:
    samples = tone(hertz, 8.0)
    inside = slice(RATE, -RATE)
    assert np.abs(filtered(samples, common_band) - samples)[inside].max() < 1e-3


@pytest.mark.parametrize("hertz", [100.0, 1000.0, 9000.0])
def test_half_a_sample_later_lies_between_the_samples(hertz: float) -> None:
    time = np.arange(8 * RATE) / RATE
    between = np.sin(2 * np.pi * hertz * (time + 0.5 / RATE))
    heard = filtered(tone(hertz, 8.0), half_later)
    assert np.abs(heard - between)[RATE:-RATE].max() < 2e-3


def test_the_ear_is_deafest_at_the_ends_of_the_band() -> None:
    low, middle, high = np.abs(equal_loudness(np.array([30.0, 3000.0, 10000.0])))
    assert low < 0.02 < 0.1 < high < middle
