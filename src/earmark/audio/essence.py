"""Names a track after its encoded audio, so that retagging and renaming keep the name."""

import hashlib
from io import FileIO
from pathlib import Path

from earmark.errors import UnreadableAudio

from .containers import audio_spans
from .files import opened

_DIGITS = 20
_BLOCK = 1 << 20


def track_id(path: Path) -> str:
    """The track's id: 20 hex digits of the SHA-256 of its audio essence.

    The essence is the MD5 of the samples in FLAC, the data chunk of WAV, the packets
    of Ogg but its comments, the stream of MP3 without its tags; of any other kind of
    file, all of it.
    """
    with opened(path) as (file, size):
        digest = hashlib.sha256()
        heard = sum(_feed(digest, file, start, stop) for start, stop in audio_spans(file, size))
    if not heard:
        raise UnreadableAudio(f"{path} holds no audio data: give a file of music")
    return digest.hexdigest()[:_DIGITS]


def _feed(digest: "hashlib._Hash", file: FileIO, start: int, stop: int) -> int:
    file.seek(start)
    left = stop - start
    while left > 0 and (block := file.read(min(left, _BLOCK))):
        digest.update(block)
        left -= len(block)
    return stop - start - left
