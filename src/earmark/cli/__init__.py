"""The command line: data on stdout, talk on stderr.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some inputs failed and the others are
done. Commands import what they need when they run, so that ``--help`` stays light.
"""

import io
import logging
import os
import sys
from typing import Annotated

import typer

from earmark.errors import EarmarkError
from earmark.version import __version__

from . import demonstrating, keeping, learning, listening, reasoning
from .talk import Warnings, alone_on_stderr, complain

app = typer.Typer(
    help="Music tagging that can always say why.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _commands in (listening, reasoning, learning, keeping, demonstrating):
    _commands.register(app)


def _version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _common(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the code an error arose.")
    ] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    os.environ["EARMARK_DEBUG"] = "1" if debug else ""


def main() -> None:
    """Run the command line; every refusal is one sentence on stderr."""
    # One core a process: threads of linear algebra gain nothing on sounds this short
    # and double the work. It must be said before numpy is imported.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    logging.basicConfig(level=logging.WARNING, handlers=[Warnings()])
    # Data is UTF-8 whatever the locale; bytes of a file name that are no text are
    # written as \udcXX, by which JSON stays valid and Python finds the file again.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with alone_on_stderr():
            _run()
    except BrokenPipeError:
        # Whoever read our output has gone; closing quietly is what a filter does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    try:
        app()
    except BrokenPipeError:
        raise
    except (EarmarkError, OSError) as error:
        if os.environ.get("EARMARK_DEBUG"):
            raise
        complain(error if isinstance(error, EarmarkError) else _refused(error))
        sys.exit(1)


def _refused(error: OSError) -> EarmarkError:
    """What the operating system would not do, as a sentence."""
    where = error.filename or "the output"
    return EarmarkError(
        f"{where} cannot be used ({error.strerror}): check the path, its permissions and its disk"
    )
