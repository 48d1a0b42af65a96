"""Reads a file of music into mono samples at one rate, or says why it cannot."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from earmark.errors import (
    AudioOverLimits,
    NoSound,
    NotFiniteAudio,
    TruncatedAudio,
    UnreadableAudio,
)
from earmark.types import Clip

from .containers import audio_spans
from .files import opened
from .mpeg import with_length

Samples = NDArray[np.float32]

# What every clip is resampled to, in hertz: music above 11 kHz is not analysed.
RATE = 22050

# A concert fits; its samples take 635 MB. What is longer is a stream, not a track.
MAX_SECONDS = 2 * 60 * 60
MAX_CHANNELS = 8
# Telephone and below, up to the fastest converters: beyond, resampling explodes.
MIN_RATE = 2_000
MAX_RATE = 768_000
# One frame of analysis: nothing shorter has a spectrum.
MIN_SECONDS = 1024 / RATE
# Half the least step of 16-bit audio: what moves less is silence, at whatever offset.
SILENCE = 2.0**-16
# Far beyond integers written as floats: bytes of something else taken for samples.
_LOUDEST = 1e6
# A header may round its length up to whole frames of the codec.
_ROUNDING_SECONDS = 0.25

_BLOCK = 1 << 16


def read(path: Path) -> Clip:
    """The music in a file, mono at 22.05 kHz.

    Reads wav, flac, mp3, ogg, opus and aiff. Raises an AudioError that says what is
    wrong with which file where it cannot be decoded, is cut short or outside the
    limits, holds NaN, is shorter than 46 ms or silent (a constant offset is silence).
    """
    with opened(path) as (file, size):
        spans = audio_spans(file, size)
        if any(stop > size for _, stop in spans):
            raise TruncatedAudio(f"{path} ends before its header says: get a whole copy of it")
        stream = with_length(file, *spans[0]) if spans else b""
        file.seek(0)
        origin = BytesIO(stream) if stream else file.fileno()
        try:
            source = soundfile.SoundFile(origin, closefd=False)
        except soundfile.LibsndfileError as error:
            raise UnreadableAudio(
                f"{path} is not audio that can be decoded ({_said(error)}): "
                "give wav, flac, mp3, ogg or opus"
            ) from error
        with source:
            _check_header(path, source)
            try:
                return Clip(_decoded(path, source), RATE)
            except soundfile.LibsndfileError as error:
                raise TruncatedAudio(
                    f"{path} is damaged or cut short ({_said(error)}): get a whole copy of it"
                ) from error


def _said(error: soundfile.LibsndfileError) -> str:
    said = str(error.error_string).removeprefix("Error : ").rstrip(".")
    # What the decoder says of a stream that ends within its first frame.
    return "Format not recognised" if said.startswith("File does not exist") else said


def _check_header(path: Path, source: Any) -> None:
    """Refuse before decoding what would take too much time or memory."""
    rate, channels = source.samplerate, source.channels
    if not MIN_RATE <= rate <= MAX_RATE:
        raise AudioOverLimits(
            f"{path} has a rate of {rate:,} Hz, outside {MIN_RATE:,} to {MAX_RATE:,}: resample it"
        )
    if channels > MAX_CHANNELS:
        raise AudioOverLimits(
            f"{path} has {channels} channels, more than {MAX_CHANNELS}: mix it down"
        )
    if source.frames == 0:
        raise NoSound(f"{path} holds no samples: there is nothing to hear in it")
    if source.frames > MAX_SECONDS * rate:
        raise _too_long(path, source.frames / rate)


def _too_long(path: Path, seconds: float) -> AudioOverLimits:
    return AudioOverLimits(
        f"{path} lasts {seconds / 3600:.1f} hours or more, longer than "
        f"{MAX_SECONDS // 3600}: cut it into tracks"
    )


def _decoded(path: Path, source: Any) -> Samples:
    """Mono samples at the common rate, from a source within the limits."""
    rate = source.samplerate
    stream = soxr.ResampleStream(rate, RATE, 1, "float32", "HQ") if rate != RATE else None
    parts, frames, low, high = [], 0, np.inf, -np.inf
    for mono in _mono_blocks(source):
        if not np.isfinite(mono).all():
            raise NotFiniteAudio(f"{path} holds NaN or infinite samples: export it again")
        frames += len(mono)
        if frames > MAX_SECONDS * rate:
            raise _too_long(path, frames / rate)
        low, high = min(low, mono.min()), max(high, mono.max())
        parts.append(stream.resample_chunk(mono) if stream else mono)
    if source.frames - frames > _ROUNDING_SECONDS * rate:
        raise TruncatedAudio(
            f"{path} holds {frames / rate:.1f} s of the {source.frames / rate:.1f} s that its "
            "header says: get a whole copy of it"
        )
    if stream:
        parts.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    _check_sound(path, frames / rate, high - low)
    samples = np.concatenate(parts)
    if np.ptp(samples) < SILENCE:
        raise NoSound(f"{path} has no sound below 11 kHz: there is nothing to hear in it")
    return samples


def _mono_blocks(source: Any) -> Iterator[Samples]:
    # Summed by hand: a mean over the short axis costs more than the spectra do.
    while len(block := source.read(_BLOCK, dtype="float32", always_2d=True)):
        mono = block[:, 0].copy()
        for channel in range(1, source.channels):
            mono += block[:, channel]
        yield mono / np.float32(source.channels)


def _check_sound(path: Path, seconds: float, height: float) -> None:
    """Refuse what has no evidence in it; `height` is from trough to peak."""
    if seconds < MIN_SECONDS:
        raise NoSound(
            f"{path} lasts {1000 * seconds:.0f} ms, less than the {1000 * MIN_SECONDS:.0f} ms "
            "of one frame of analysis: there is nothing to hear in it"
        )
    if height < SILENCE:
        raise NoSound(f"{path} is silent from start to end: there is nothing to hear in it")
    if height > _LOUDEST:
        raise AudioOverLimits(
            f"{path} has samples {height:.0e} times full scale: its sample format is misread"
        )
