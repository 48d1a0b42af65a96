"""Opens a file of music, and only that: no folder, pipe or device."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from earmark.errors import AudioOverLimits, UnreadableAudio

# Two hours of 24-bit stereo at 96 kHz, with room to spare.
MAX_BYTES = 6 * 2**30


@contextmanager
def opened(path: Path) -> Iterator[tuple[FileIO, int]]:
    """The file, open for reading, and its size in bytes.

    What fails within, such as a disk that vanishes, is an UnreadableAudio too.
    """
    try:
        with FileIO(path, "rb", opener=_open_at_once) as file:
            yield file, _checked_size(path, os.fstat(file.fileno()))
    except OSError as error:
        raise UnreadableAudio(
            f"{path} cannot be opened or read ({error.strerror}): check it and its permissions"
        ) from error


def _checked_size(path: Path, found: os.stat_result) -> int:
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableAudio(f"{path} is not a regular file: give a file of music")
    if found.st_size > MAX_BYTES:
        raise AudioOverLimits(
            f"{path} has {found.st_size:,} bytes, more than {MAX_BYTES:,}: split it"
        )
    return found.st_size


def _open_at_once(path: str, flags: int) -> int:
    # A pipe that nobody writes to must not keep us waiting.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
