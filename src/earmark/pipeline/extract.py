"""Listens to audio files, each in turn or several at once, and lets none stop the rest."""

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from earmark import audio, percepts
from earmark.errors import EarmarkError, UnreadableAudio
from earmark.types import Heard

log = logging.getLogger(__name__)

SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aif", ".aiff"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was heard in one file, or why nothing was."""

    path: Path
    heard: Heard | None = None
    error: EarmarkError | None = None


def audio_files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and the audio files below each folder, sorted."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES]
            if not inside:
                kinds = " ".join(sorted(SUFFIXES))
                log.warning("%s holds no audio file: those read end in %s", path, kinds)
            found += sorted(file for file in inside if file.is_file())
        else:
            found.append(path)
    return found


def extract(path: Path) -> Extraction:
    """Listen to one file."""
    try:
        return Extraction(path, heard=percepts.listen(audio.read(path), audio.track_id(path)))
    except EarmarkError as error:
        return Extraction(path, error=error)


def extract_all(paths: Sequence[Path], *, workers: int = 1) -> Iterator[Extraction]:
    """Listen to many files; the results come in the order of the paths.

    Several files are listened to in processes of their own, so that a file which
    kills the decoder costs only itself.
    """
    if workers <= 1 or len(paths) <= 1:
        yield from map(extract, paths)
        return
    todo = deque(paths)
    while todo:
        try:
            for extraction in _in_pool(list(todo), workers):
                todo.popleft()
                yield extraction
        except BrokenProcessPool:
            yield _alone(todo.popleft())


def _in_pool(paths: list[Path], workers: int) -> Iterator[Extraction]:
    # Only a few files ahead of the reader, or a long list would pile up in memory.
    ahead = 4 * workers
    pool = _pool(workers)
    running: deque[Future[Extraction]] = deque()
    try:
        for path in paths:
            running.append(pool.submit(extract, path))
            if len(running) >= ahead:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        # Whoever stops early does not wait for files that nobody has begun.
        pool.shutdown(cancel_futures=True)


def _alone(path: Path) -> Extraction:
    """Listen to a file that may be the one that killed a worker."""
    with _pool(1) as pool:
        try:
            return pool.submit(extract, path).result()
        except BrokenProcessPool:
            reason = (
                f"{path} killed the process that decoded it: it is damaged or hostile, remove it"
            )
            return Extraction(path, error=UnreadableAudio(reason))


def _pool(workers: int) -> ProcessPoolExecutor:
    # Forked from a fresh server process: the parent may hold threads and locks. The
    # server has imported all that is needed before it forks.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)


def _settle() -> None:
    """Make a process a good worker."""
    # With more threads for linear algebra, workers would only fight over the cores.
    threadpool_limits(1, user_api="blas")
    # Ctrl-C reaches workers too: they go without a word, the parent speaks for all.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
