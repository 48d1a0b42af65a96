"""The questions the graph must answer, on two engines that must agree."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
import pytest
import rdflib

from earmark.graph import Store
from earmark.graph.queries import available, named
from earmark.resources import shipped

QUESTIONS = sorted(path.name for path in shipped("queries", "competency").iterdir())

Rows = Counter[tuple[str, ...]]


def comparable(text: str) -> str:
    """Numbers by value: 0.50 is 0.5."""
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text


def rows(found: Iterable[Iterable[object]]) -> Rows:
    return Counter(tuple(comparable("" if v is None else str(v)) for v in row) for row in found)


def expected(name: str) -> Rows:
    path = shipped("queries", "competency", name, "expected.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return rows(list(csv.reader(lines))[1:])


def in_oxigraph(store: Store, text: str) -> Rows:
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return rows([None if v is None else v.value for v in row] for row in found)


def in_rdflib(store: Store, text: str) -> Rows:
    out = io.BytesIO()
    store.dump(out, "ttl")
    found = rdflib.Graph().parse(data=out.getvalue(), format="turtle").query(text)
    return rows([row.get(name) for name in found.vars or ()] for row in found.bindings)


def test_every_question_is_asked() -> None:
    assert len(QUESTIONS) == 6
    assert set(QUESTIONS) <= set(available())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_its_answer(name: str, store: Store) -> None:
    text = named(name).text
    wanted = expected(name)
    assert wanted, "an empty answer would prove nothing"
    assert in_oxigraph(store, text) == wanted
    assert in_rdflib(store, text) == wanted


@pytest.mark.parametrize("name", sorted(available()))
def test_a_query_begins_with_its_question(name: str) -> None:
    assert named(name).question.endswith((".", "?")), named(name).text.splitlines()[0]
