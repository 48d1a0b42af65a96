import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earmark.audio import read, track_id
from earmark.audio.decode import MAX_SECONDS, RATE
from earmark.errors import (
    AudioError,
    AudioOverLimits,
    NoSound,
    NotFiniteAudio,
    TruncatedAudio,
    UnreadableAudio,
)
from earmark.types import Array

FORMATS = {
    "wav": ("WAV", "PCM_16", 44100),
    "wav24": ("WAV", "PCM_24", 96000),
    "float": ("WAV", "FLOAT", 22050),
    "rf64": ("RF64", "PCM_16", 44100),
    "flac": ("FLAC", "PCM_16", 44100),
    "ogg": ("OGG", "VORBIS", 44100),
    "opus": ("OGG", "OPUS", 48000),
    "mp3": ("MP3", "MPEG_LAYER_III", 44100),
    "aiff": ("AIFF", "PCM_16", 44100),
}


def tone(rate: int, seconds: float = 3.0, hertz: float = 440.0) -> Array:
    return 0.4 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def music(rate: int, seconds: float = 3.0) -> Array:
    """A tone in noise that swells, so that an encoder varies its bit rate."""
    noise = np.random.default_rng(0).standard_normal(round(rate * seconds))
    return tone(rate, seconds) + 0.2 * noise * np.linspace(0, 1, len(noise)) ** 4


def written(folder: Path, kind: str, samples: Array | None = None) -> Path:
    form, subtype, rate = FORMATS[kind]
    path = folder / f"clip.{kind}"
    soundfile.write(path, music(rate) if samples is None else samples, rate, subtype, format=form)
    return path


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_heard_whole_at_one_rate(tmp_path: Path, kind: str) -> None:
    clip = read(written(tmp_path, kind, tone(FORMATS[kind][2])))
    assert clip.rate == RATE
    assert clip.samples.dtype == np.float32
    assert clip.seconds == pytest.approx(3.0, abs=0.06)
    middle = clip.samples[RATE : 2 * RATE]
    assert np.abs(np.fft.rfft(middle)).argmax() == 440
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.4, rel=0.03)


@pytest.mark.parametrize("rate", [2000, 8000, 22050, 32000, 48000, 96000, 192000])
def test_every_rate_keeps_pitch_and_level(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(rate), rate)
    middle = read(path).samples[RATE : 2 * RATE]
    assert np.abs(np.fft.rfft(middle)).argmax() == 440
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(0.4, rel=0.01)


@pytest.mark.parametrize("channels", [1, 2, 3, 8])
def test_channels_are_averaged(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "many.wav"
    weights = np.arange(1, channels + 1) / channels
    soundfile.write(path, np.outer(tone(RATE), weights), RATE, "FLOAT")
    assert read(path).samples == pytest.approx(tone(RATE) * weights.mean(), abs=1e-6)


def test_identical_channels_sound_like_one(tmp_path: Path) -> None:
    mono, stereo = tmp_path / "mono.wav", tmp_path / "stereo.wav"
    soundfile.write(mono, music(44100), 44100)
    soundfile.write(stereo, np.stack([music(44100)] * 2, 1), 44100)
    assert np.array_equal(read(mono).samples, read(stereo).samples)


def test_long_files_are_the_same_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, tone(44100, 20.0), 44100, "FLOAT")
    samples = read(path).samples
    expected = tone(RATE, 20.0)
    assert len(samples) == len(expected)
    assert np.abs(samples - expected)[RATE:-RATE].max() < 1e-4


# --- what is refused --------------------------------------------------------


def folder(path: Path) -> None:
    path.mkdir()


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def loop(path: Path) -> None:
    path.symlink_to(path)


def nothing(path: Path) -> None:
    pass


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def empty(path: Path) -> None:
    path.touch()


def prose(path: Path) -> None:
    path.write_text("#EXTM3U\nhttp://127.0.0.1:9/never.mp3\n")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def samples(values: Array, rate: int = RATE) -> Callable[[Path], None]:
    return lambda path: soundfile.write(path, values, rate, "FLOAT", format="WAV")


def too_long(path: Path) -> None:
    with soundfile.SoundFile(path, "w", 2000, 1, "PCM_16", format="FLAC") as file:
        for _ in range(MAX_SECONDS // 600 + 1):
            file.write(np.zeros(600 * 2000, np.int16))


def slow_rate(path: Path) -> None:
    samples(tone(RATE), rate=1)(path)


def header_of_4_gigabytes(path: Path) -> None:
    samples(tone(RATE))(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", 4_000_000_000)
    path.write_bytes(data)


REFUSED: dict[str, tuple[Callable[[Path], None], type[AudioError], str]] = {
    "missing": (nothing, UnreadableAudio, "No such file"),
    "folder": (folder, UnreadableAudio, "directory"),
    "pipe": (fifo, UnreadableAudio, "not a regular file"),
    "socket": (unix_socket, UnreadableAudio, "cannot be opened or read"),
    "device": (device, UnreadableAudio, "not a regular file"),
    "link loop": (loop, UnreadableAudio, "cannot be opened"),
    "empty": (empty, UnreadableAudio, "not audio"),
    "playlist": (prose, UnreadableAudio, "not audio"),
    "sparse terabyte": (sparse, AudioOverLimits, "bytes"),
    "no frames": (samples(np.zeros(0)), NoSound, "no samples"),
    "one sample": (samples(np.ones(1)), NoSound, "one frame of analysis"),
    "45 ms": (samples(tone(RATE, 0.045)), NoSound, "45 ms"),
    "silence": (samples(np.zeros(RATE)), NoSound, "silent"),
    "offset alone": (samples(np.full(44100, 0.5), 44100), NoSound, "silent"),
    "opposite channels": (samples(np.outer(tone(RATE), [1, -1])), NoSound, "silent"),
    "ultrasound": (
        samples(np.hanning(96000) * tone(96000, 1.0, 30000), 96000),
        NoSound,
        "below 11 kHz",
    ),
    "NaN": (samples(np.r_[tone(RATE), np.nan]), NotFiniteAudio, "NaN"),
    "infinite": (samples(np.r_[np.inf, tone(RATE)]), NotFiniteAudio, "infinite"),
    "nonsense level": (samples(1e20 * tone(RATE)), AudioOverLimits, "full scale"),
    "nine channels": (samples(np.outer(tone(RATE), np.ones(9))), AudioOverLimits, "9 channels"),
    "1 Hz": (slow_rate, AudioOverLimits, "1 Hz"),
    "1 MHz": (samples(tone(RATE), 1_000_000), AudioOverLimits, "1,000,000 Hz"),
    "over two hours": (too_long, AudioOverLimits, "hours"),
    "lying header": (header_of_4_gigabytes, TruncatedAudio, "ends before"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_files_are_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    make, error, words = REFUSED[case]
    path = tmp_path / "bad.file"
    make(path)
    with pytest.raises(error) as refusal:
        read(path)
    sentence = str(refusal.value)
    assert sentence.startswith(str(path))
    assert words in sentence
    assert ": " in sentence.removeprefix(str(path)), "a remedy follows the colon"


def test_length_is_refused_before_decoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.flac"
    too_long(path)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(soundfile.SoundFile, "read", never)
    with pytest.raises(AudioOverLimits):
        read(path)


def test_a_disk_that_vanishes_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "wav")

    def vanished(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("earmark.audio.containers._read", vanished)
    for ears in (read, track_id):
        with pytest.raises(UnreadableAudio, match="Input/output error"):
            ears(path)


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(TruncatedAudio, match="get a whole copy"):
        read(path)


def test_wav_of_unknown_length_is_heard_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, "wav")
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff" * 4  # what a programme writes into a pipe
    path.write_bytes(data)
    assert read(path).seconds == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize("rate", [44100, 22050, 8000])
@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE", "AVERAGE"])
@pytest.mark.parametrize("channels", [1, 2])
def test_good_mp3_is_never_called_truncated(
    tmp_path: Path, mode: str, rate: int, channels: int
) -> None:
    path = tmp_path / "good.mp3"
    with soundfile.SoundFile(
        path, "w", rate, channels, "MPEG_LAYER_III", format="MP3", bitrate_mode=mode
    ) as file:
        file.write(np.stack([music(rate)] * channels, 1))
    assert read(path).seconds == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("rate", [44100, 22050, 8000])
@pytest.mark.parametrize("backwards", [False, True])
def test_mp3_that_does_not_say_its_length_is_heard_whole(
    tmp_path: Path, rate: int, backwards: bool
) -> None:
    path = tmp_path / "cut.mp3"
    sound = music(rate, 6.0)[:: -1 if backwards else 1]
    with soundfile.SoundFile(
        path, "w", rate, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="VARIABLE"
    ) as file:
        file.write(sound)
    data = path.read_bytes()
    mark = max(data.find(b"Xing"), data.find(b"Info"))
    assert mark > 0, "the encoder says the length, which is taken away here"
    path.write_bytes(data[data.index(data[:2], mark) :])
    assert read(path).seconds == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize(
    "name",
    ["-rf.wav", "a\nb.wav", "'\".wav", "#?%20.wav", "é中🎵.wav", os.fsdecode(b"\xff\xe9.wav")],
)
def test_any_name_opens(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(written(tmp_path, "wav").read_bytes())
    assert read(path).seconds == pytest.approx(3.0)
    assert track_id(path) == track_id(tmp_path / "clip.wav")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    head=st.sampled_from([b"", b"ID3\4\0\0\0\0\0\7", b"fLaC", b"RIFF\0\0\0\0WAVE", b"OggS",
                          b"FORM\0\0\0\0AIFF", b"\xff\xfb\x90\x44"]),
    body=st.binary(max_size=300),
)  # fmt: skip
def test_junk_is_read_or_refused_but_never_crashes(
    tmp_path: Path, head: bytes, body: bytes
) -> None:
    path = tmp_path / "junk"
    path.write_bytes(head + body)
    for ears in (read, track_id):
        with suppress(AudioError):
            ears(path)
