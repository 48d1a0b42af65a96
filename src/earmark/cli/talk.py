"""What is said on stderr, and the exit code that says it to a script."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import typer

from earmark.errors import EarmarkError

Item = TypeVar("Item")

SOME_FAILED = 3


def say(sentence: str) -> None:
    """One line for a person; never data."""
    # A file name may hold a line break, or bytes that no encoding has.
    line = sentence.replace("\n", "\\n").replace("\r", "\\r")
    print(line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)


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
