"""Asks a store a question in SPARQL, shipped or the user's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples

from earmark import audio
from earmark.errors import QueryError
from earmark.graph import Store
from earmark.graph.queries import Query, available, parsed
from earmark.graph.turtle import turtle

from .place import store_folder

# A question may be typed by a person, but not by accident be a whole file of data.
_LARGEST = 64 * 1024

_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}


def questions() -> Sequence[Query]:
    """The questions that ship, by name."""
    return tuple(available().values())


def ask(store: Path | None, name: str, bound: Mapping[str, str], style: str) -> str:
    """The answer as text in a format: table, csv, tsv, json or ttl."""
    query = _question(name)
    if "lang" in bound and "?lang" not in query.text:
        raise QueryError(f"{name!r} has no variable ?lang, for it shows no labels")
    with Store.open(store_folder(store)) as opened:
        values = {key: _value(opened, query, key, value) for key, value in bound.items()}
        answer = opened.query(query.text, **values)
        if isinstance(answer, QueryTriples):
            return _triples(opened, answer, style)
        if style == "ttl":
            raise QueryError("only a CONSTRUCT or DESCRIBE query gives Turtle: use json or csv")
        if style == "table":
            return _table(answer)
        return (answer.serialize(format=_FORMATS[style]) or b"").decode().rstrip("\n")


def _question(name: str) -> Query:
    if name in available():
        return available()[name]
    file = Path(name)
    if not file.is_file():
        raise QueryError(f"{name!r} is neither a file nor one of {', '.join(available())}")
    if file.stat().st_size > _LARGEST:
        raise QueryError(f"{file} is larger than {_LARGEST // 1024} kB: too large for a query")
    try:
        return parsed(file.stem, file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise QueryError(f"{file} is not UTF-8 text") from None


def _value(store: Store, query: Query, key: str, value: str) -> str:
    """What a person typed, as the query wants it: tracks and tags may be named shortly."""
    known = query.parameters.get(key)
    if known is None or known.kind != "iri" or ":" in value:
        return value
    if key == "track":
        track = audio.track_id(Path(value)) if Path(value).is_file() else value
        return store.names.track(track)
    if key in ("tag", "feature"):
        return store.names.concept("tags" if key == "tag" else "features", value)
    if key == "dataset":
        return store.names.dataset(value)
    return value


def _triples(store: Store, answer: QueryTriples, style: str) -> str:
    if style not in ("ttl", "table"):
        raise QueryError("a CONSTRUCT or DESCRIBE query gives triples: use --format ttl")
    return turtle(answer, store.names)


def _table(answer: QuerySolutions | QueryBoolean) -> str:
    """Columns that line up, with short values."""
    if isinstance(answer, QueryBoolean):
        return "yes" if answer else "no"
    names = [variable.value for variable in answer.variables]
    rows = [[_short(row[name]) for name in names] for row in answer]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    lines = [names, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _short(term: object) -> str:
    if term is None:
        return ""
    text = term.value if isinstance(term, Literal) else str(getattr(term, "value", term))
    return " ".join(text.split())
