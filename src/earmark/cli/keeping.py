"""The commands that look after the store: validate, export, import, compact, describe."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from . import options
from .talk import complain, leave, say


class ExportFormat(StrEnum):
    """How a store is written out."""

    NQ = "nq"
    TTL = "ttl"
    JSONLD = "jsonld"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(validate)
    app.command()(export)
    app.command("import")(import_)
    app.command()(compact)
    app.command()(describe)


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
        ExportFormat,
        typer.Option("--format", help="How to write; json is one track a line, for people."),
    ] = ExportFormat.NQ,
    parts: Annotated[
        int, typer.Option(min=0, help="Files to split the tracks into; 0 writes to stdout.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the parts.", show_default=False)
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="IRI to begin all names with, instead of the store's.")
    ] = None,
) -> None:
    """Write the store to stdout, or in parts to a folder; paths of files are left out."""
    import sys

    from earmark.pipeline.export import PLAIN, export_parts
    from earmark.pipeline.export import export as write

    if (parts > 0) != (out is not None):
        raise typer.BadParameter("--parts and --out go together")
    if base is not None and style == PLAIN:
        raise typer.BadParameter("json has no names to put under a base", param_hint="--base")
    if out is None:
        write(store, style.value, sys.stdout.buffer, base=base)
        return
    for file in export_parts(store, style.value, out, count=parts, base=base):
        print(file)


def import_(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="Files or http(s) addresses: Turtle, TriG, N-Triples, N-Quads, JSON-LD."
        ),
    ],
    store: options.Store = None,
    base: options.Base = None,
) -> None:
    """Take RDF into the store: each file as a whole, or, if anything is wrong, not at all."""
    from earmark.errors import EarmarkError
    from earmark.pipeline.bring import bring_in

    failed = 0
    for source in sources:
        try:
            taken = bring_in(store, source, base=base)
        except EarmarkError as error:
            failed += 1
            complain(error)
        else:
            changed = f"{taken.added} triples added, {taken.removed} replaced, {taken.known} known"
            say(f"{source}: {changed}, in {len(taken.graphs)} graphs")
    leave(done=len(sources) - failed, failed=failed)


def compact(
    store: options.Store = None,
    keep_runs: Annotated[
        int, typer.Option("--keep-runs", min=1, help="How many of the last runs to keep.")
    ] = 2,
) -> None:
    """Forget what older runs concluded; the run that tagged a track last always stays."""
    from earmark.pipeline.compact import compact as forget

    gone = forget(store, keep_runs=keep_runs)
    say(
        f"{gone.runs} runs, {gone.models} models and {gone.graphs} graphs of tracks are gone, "
        f"{gone.triples} triples in all"
    )


def describe(
    store: options.Store = None,
    title: Annotated[
        str, typer.Option(help="What the dataset is called.")
    ] = "Music tags with their reasons",
    licence: Annotated[
        str | None, typer.Option(help="IRI of the licence it is published under.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="URL where SPARQL queries are answered.")
    ] = None,
    downloads: Annotated[
        str | None, typer.Option(help="URL of the folder with the exports earmark.nq, ….")
    ] = None,
) -> None:
    """Print what the store is about, in Turtle: VoID, DCAT and a service description."""
    from earmark.graph.describing import Publication
    from earmark.pipeline.export import describe as told

    print(told(store, Publication(title, licence, endpoint, downloads)), end="")
