"""The command that shows it all at once: demo."""

from pathlib import Path
from typing import Annotated

import typer

from .talk import say


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(demo)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the store and the page.")] = Path("build"),
) -> None:
    """Tag the example clips, print why, and write a page to open in a browser."""
    from earmark.pipeline.demo import demo as show

    for text in show(out):
        print(text, end="\n\n")
    say(f"open {out / 'passport.html'} in a browser")
