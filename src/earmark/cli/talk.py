"""What is said on stderr, and the exit code that says it to a script."""

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TypeVar

import typer

from earmark.errors import EarmarkError

Item = TypeVar("Item")

SOME_FAILED = 3


def say(sentence: str) -> None:
    """One line for a person; never data."""
    print(one_line(sentence), file=sys.stderr)


def one_line(text: str) -> str:
    r"""Text in which whatever would break, hide or recolour a line is spelt out.

    File names may hold line breaks, commands to the terminal, marks that turn the
    direction of reading, and bytes that are no text.

    >>> print(one_line("a\nb\x1b[31m\u202ec\udce9 é"))
    a\nb\x1b[31m\u202ec\udce9 é
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class Warnings(logging.Handler):
    """Says what the program logs, a line a record."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one record."""
        say(record.getMessage())


@contextmanager
def alone_on_stderr() -> Iterator[None]:
    """Keep stderr to ourselves.

    Decoders written in C tell it of every oddity, in their own words and without the
    name of the file.
    """
    if sys.stderr is None:  # closed by whoever started us
        yield
        return
    ours = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    with ours, Path(os.devnull).open("w") as nowhere, redirect_stderr(ours):
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(ours.fileno(), 2)


def complain(error: EarmarkError) -> None:
    """What was refused, where and why, with the code to search for."""
    say(f"{error} [{error.code}]")


def leave(*, done: int, failed: int) -> None:
    """End with the exit code that the failures ask for, if any."""
    if failed:
        say(f"{done} done, {failed} failed")
        raise typer.Exit(SOME_FAILED if done else 1)


def with_progress(items: Iterable[Item], total: int, verb: str) -> Iterator[Item]:
    """The items, with a bar on a terminal and without one elsewhere."""
    if not sys.stderr.isatty() or total < 2:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, verb, total, console=Console(stderr=True), transient=True)
