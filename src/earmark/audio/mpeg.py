"""Counts the frames of an MP3 stream that does not say how long it is.

Decoders guess the length of such a stream from its first frame. Where the bit rate
varies the guess is wrong, and music would be lost without a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

# Layer III by the header's two version bits: factor of the frame length in bytes,
# bit rates in kbit/s, sample rates in hertz.
_MPEG_1, _MPEG_2, _MPEG_2_5 = 0b11, 0b10, 0b00
_FAST = (144, (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320))
_SLOW = (72, (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160))
_VERSIONS = {
    _MPEG_1: (*_FAST, (44100, 48000, 32000)),
    _MPEG_2: (*_SLOW, (22050, 24000, 16000)),
    _MPEG_2_5: (*_SLOW, (11025, 12000, 8000)),
}
_LAYER_3 = 0b01
# Bytes between the header and the mark, by (MPEG 1, mono).
_SIDE = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}
_MARKS = (b"Xing", b"Info", b"VBRI")
_HEAD = 256  # bytes among which a mark would be

_RATE_AND_PADDING = 0xF200
_HIGHEST_RATE = 0xE000
_NO_CHECKSUM = 0x10000
_FRAMES_AND_BYTES = 0b11


@dataclass(frozen=True, slots=True)
class _Frame:
    is_mpeg_1: bool
    is_mono: bool
    kilobits: int
    length: int


def with_length(file: FileIO, start: int, stop: int) -> bytes:
    """The stream from start to stop, headed by a frame that tells its length.

    Empty where that is not needed: the stream says so itself, has a constant bit rate,
    or is no whole sequence of layer III frames.
    """
    file.seek(start)
    head = file.read(_HEAD)
    if not _frame(head[:4]) or any(mark in head for mark in _MARKS):
        return b""
    stream = head + file.read(stop - start - len(head))
    frames = list(_frames(stream))
    whole = sum(frame.length for frame in frames)
    # What follows the last whole frame is at most a frame that was cut.
    longest = max((frame.length for frame in frames), default=0)
    if len({frame.kilobits for frame in frames}) < 2 or len(stream) - whole > longest:
        return b""
    return _telling(stream[:4], frames=len(frames), length=whole) + stream


def _frames(stream: bytes) -> Iterator[_Frame]:
    at = 0
    while (frame := _frame(stream[at : at + 4])) and at + frame.length <= len(stream):
        yield frame
        at += frame.length


def _frame(header: bytes) -> _Frame | None:
    """What the four bytes of a header say, None where they are none of layer III."""
    bits = int.from_bytes(header, "big")
    is_layer_3 = len(header) == 4 and bits >> 21 == 0x7FF and bits >> 17 & 3 == _LAYER_3
    rate, sampling = bits >> 12 & 15, bits >> 10 & 3
    if not is_layer_3 or bits >> 19 & 3 not in _VERSIONS or rate in (0, 15) or sampling == 3:
        return None
    return _told(bits)


def _told(bits: int) -> _Frame:
    version = bits >> 19 & 3
    factor, kilobits, hertz = _VERSIONS[version]
    rate = kilobits[(bits >> 12 & 15) - 1]
    length = factor * 1000 * rate // hertz[bits >> 10 & 3] + (bits >> 9 & 1)
    return _Frame(version == _MPEG_1, bits >> 6 & 3 == 3, rate, length)


def _telling(header: bytes, *, frames: int, length: int) -> bytes:
    """A silent frame, like the one with that header, that tells what follows."""
    # Without checksum or padding, and at the highest bit rate, so that the mark fits.
    bits = int.from_bytes(header, "big") & ~_RATE_AND_PADDING | _NO_CHECKSUM | _HIGHEST_RATE
    frame = _told(bits)
    told = b"".join(number.to_bytes(4, "big") for number in (_FRAMES_AND_BYTES, frames, length))
    plain = bits.to_bytes(4, "big") + bytes(_SIDE[frame.is_mpeg_1, frame.is_mono]) + b"Xing" + told
    return plain.ljust(frame.length, b"\0")
