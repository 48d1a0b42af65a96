"""Where in a file its audio lies, apart from tags, pictures and page headers."""

from collections.abc import Iterator
from io import FileIO
from typing import Literal

# The bytes from start to stop hold audio; stop lies beyond the end of a file that is
# shorter than it says.
Span = tuple[int, int]

# More chunks or metadata blocks than any real file has: a file made to keep us busy.
_MOST_CHUNKS = 4096
_LENGTH_UNKNOWN = 0xFFFFFFFF
# Second in every logical stream of Ogg, be it Vorbis, Opus, FLAC or Speex.
_COMMENT_PACKET = 1


def audio_spans(file: FileIO, size: int) -> list[Span]:
    """The parts of a file of `size` bytes that hold its encoded audio, in order.

    A FLAC file that carries the MD5 of its samples is represented by those 16 bytes.
    A file of unknown kind is audio from end to end.
    """
    start = _after_id3v2(file, size)
    magic = _read(file, start, 12)
    kind = magic[8:12]
    if magic[:4] == b"fLaC":
        return _flac(file, start, size)
    if magic[:4] in (b"RIFF", b"RF64") and kind == b"WAVE":
        return _chunks(file, size, b"data", "little") or [(0, size)]
    if magic[:4] == b"FORM" and kind in (b"AIFF", b"AIFC"):
        return _chunks(file, size, b"SSND", "big") or [(0, size)]
    if magic[:4] == b"OggS":
        return list(_ogg(file, start))
    if start or magic[:1] == b"\xff":
        return [(start, _before_tags(file, start, size))]
    return [(0, size)]


def _read(file: FileIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _after_id3v2(file: FileIO, size: int) -> int:
    """Where the ID3v2 tags at the head of a file end."""
    at = 0
    while (head := _read(file, at, 10))[:3] == b"ID3" and len(head) == 10:
        # Seven bits of each byte count, so that no tag looks like a frame of MPEG.
        length = int("".join(f"{byte & 0x7F:07b}" for byte in head[6:]), 2)
        footer = 10 if head[5] & 0x10 else 0
        at = min(at + 10 + length + footer, size)
    return at


def _before_tags(file: FileIO, start: int, stop: int) -> int:
    """Where the ID3v1 and APEv2 tags at the tail of a file begin."""
    while True:
        tail = _read(file, max(stop - 128, start), min(128, stop - start))
        if tail[:3] == b"TAG" and len(tail) == 128:
            stop -= 128
        elif tail[-32:-24] == b"APETAGEX" and len(tail) >= 32:
            length = int.from_bytes(tail[-20:-16], "little")
            has_header = tail[-9] & 0x80
            stop = max(stop - max(length, 32) - (32 if has_header else 0), start)
        else:
            return stop


def _flac(file: FileIO, start: int, size: int) -> list[Span]:
    """The MD5 in STREAMINFO, or the frames where the encoder left it out."""
    at = start + 4
    for _ in range(_MOST_CHUNKS):
        head = _read(file, at, 4)
        if len(head) < 4:
            break
        is_last, block = head[0] & 0x80, head[0] & 0x7F
        md5 = at + 4 + 18
        if block == 0 and any(_read(file, md5, 16)):
            return [(md5, md5 + 16)]
        at += 4 + int.from_bytes(head[1:], "big")
        if is_last:
            break
    return [(at, _before_tags(file, at, size))] if at < size else [(start, size)]


def _chunks(file: FileIO, size: int, wanted: bytes, order: Literal["little", "big"]) -> list[Span]:
    """The chunk of that name in a RIFF or AIFF file."""
    at, long = 12, 0
    for _ in range(_MOST_CHUNKS):
        head = _read(file, at, 8)
        if len(head) < 8:
            break
        length = int.from_bytes(head[4:], order)
        if head[:4] == b"ds64":  # RF64 keeps the length of long data here
            long = int.from_bytes(_read(file, at + 16, 8), "little")
        if head[:4] == wanted:
            if length == _LENGTH_UNKNOWN:
                length = long or size - at - 8
            return [(at + 8, at + 8 + length)]
        at += 8 + length + length % 2
    return []


def _ogg(file: FileIO, start: int) -> Iterator[Span]:
    """The packets of each stream but its comments, however they are laid in pages."""
    packets: dict[bytes, int] = {}
    at = start
    while (head := _read(file, at, 27))[:4] == b"OggS" and len(head) == 27:
        stream = head[14:18]
        lacing = file.read(head[26])
        at += 27 + head[26]
        for length in lacing:
            packet = packets.setdefault(stream, 0)
            if packet != _COMMENT_PACKET and length:
                yield at, at + length
            at += length
            # A packet goes on in the next segment as long as segments are full.
            if length < 255:
                packets[stream] = packet + 1
