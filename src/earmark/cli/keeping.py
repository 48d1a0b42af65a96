"""The commands that look after the store: validate, export."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .talk import say


class ExportFormat(StrEnum):
    """How a store is written out."""

    NQ = "nq"
    TTL = "ttl"
    JSONLD = "jsonld"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(validate)
    app.command()(export)


def validate(
    file: Annotated[
        Path | None, typer.Argument(help="An RDF file; default the store.", show_default=False)
    ] = None,
    store: options.Store = None,
) -> None:
    """Check a store or a file against every shape and audit; exit 1 if any fails."""
    from earmark.pipeline.validate import validate as check

    findings = check(file, store)
    for finding in findings:
        print(finding)
    if findings:
        raise typer.Exit(1)
    say("every shape and audit holds")


def export(
    store: options.Store = None,
    style: Annotated[
        ExportFormat, typer.Option("--format", help="How to write.")
    ] = ExportFormat.NQ,
) -> None:
    """Write the store to stdout; file names and paths are left out."""
    import sys

    from earmark.pipeline.export import export as write

    write(store, style.value, sys.stdout.buffer)
