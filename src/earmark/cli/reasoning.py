"""The commands that ask the graph: explain, query, queries."""

from enum import StrEnum
from typing import Annotated

import typer

from . import options


class ExplainFormat(StrEnum):
    """How reasons are printed."""

    TEXT = "text"
    JSON = "json"
    TTL = "ttl"
    HTML = "html"


class QueryFormat(StrEnum):
    """How the answer to a query is printed."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    TTL = "ttl"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(explain)
    app.command()(query)
    app.command()(queries)


def explain(
    track: Annotated[str, typer.Argument(help="Id, IRI or file of a track that is in the store.")],
    tag: Annotated[str, typer.Argument(help="One tag, such as genre/jazz; default all.")] = "",
    store: options.Store = None,
    style: Annotated[
        ExplainFormat, typer.Option("--format", help="How to print.")
    ] = ExplainFormat.TEXT,
    lang: options.Lang = "en",
    model: Annotated[
        str,
        typer.Option(
            "--model",
            help="Model, by name or folder, to make reasons again that were not kept; "
            "default the installed one that scored.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Say why a track has its tags, from the store alone."""
    from earmark.pipeline.reasons import Reasons

    with Reasons.open(store, lang=lang, model=model) as reasons:
        as_text = {
            ExplainFormat.TEXT: reasons.text,
            ExplainFormat.JSON: reasons.json,
            ExplainFormat.TTL: reasons.turtle,
            ExplainFormat.HTML: reasons.page,
        }[style]
        print(as_text(track, tag))


def query(
    name: Annotated[str, typer.Argument(help="A file with SPARQL, or a name from `queries`.")],
    store: options.Store = None,
    bind: Annotated[
        list[str] | None, typer.Option(help="A value for a variable, as name=value; repeatable.")
    ] = None,
    style: Annotated[
        QueryFormat, typer.Option("--format", help="How to print.")
    ] = QueryFormat.TABLE,
    lang: options.Lang = "",
) -> None:
    """Ask the store a question in SPARQL."""
    from earmark.pipeline.ask import ask

    bound = dict(_binding(pair) for pair in bind or ())
    if lang:
        bound["lang"] = lang
    print(ask(store, name, bound, style.value))


def _binding(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{pair!r} is not of the form name=value", param_hint="--bind")
    return name, value


def queries() -> None:
    """List the questions that ship with Earmark."""
    from earmark.pipeline.ask import questions

    found = questions()
    width = max(len(question.name) for question in found)
    for question in found:
        bound = " ".join(_option(name, one.default) for name, one in question.parameters.items())
        print(f"{question.name:<{width}}  {question.question}" + (f"  {bound}" if bound else ""))


def _option(name: str, default: str) -> str:
    option = "--lang …" if name == "lang" else f"--bind {name}=…"
    return f"[{option}]" if default else option
