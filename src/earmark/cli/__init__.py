"""The command line: data on stdout, talk on stderr.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some inputs failed and the others are
done. Commands import what they need when they run, so that ``--help`` stays light.
"""

import logging
import os
import sys
from typing import Annotated

import typer

from earmark.errors import EarmarkError
from earmark.version import __version__

from . import demonstrating, keeping, learning, listening, reasoning
from .talk import complain

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
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    try:
        app()
    except EarmarkError as error:
        if os.environ.get("EARMARK_DEBUG"):
            raise
        complain(error)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has gone; closing quietly is what a filter does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
