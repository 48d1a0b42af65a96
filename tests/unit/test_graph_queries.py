"""Queries by name: parameters are declared, values are bound and never written in."""

from dataclasses import dataclass

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from earmark.errors import QueryError
from earmark.graph import Store
from earmark.graph.queries import (
    RunRow,
    TagRow,
    TrackRow,
    WhyRow,
    available,
    guessed,
    named,
    parsed,
)


def texts(found: object) -> list[list[str]]:
    assert isinstance(found, QuerySolutions)
    return [[term.value for term in row] for row in found]


@pytest.fixture
def store() -> Store:
    made = Store.memory("https://example.org/id/")
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    said = [
        Triple(NamedNode("http://e/1"), label, Literal('a "quoted" one" } ; DROP ALL')),
        Triple(NamedNode("http://e/2"), label, Literal("plain")),
    ]
    made.replace({"https://example.org/id/graph/1": said})
    return made


LABELS = """# Which thing has a label?
# ?label text: the label
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?label { ?thing rdfs:label ?label }
"""


def test_the_pipeline_s_queries_are_there() -> None:
    assert {"why", "path", "tags_of_track", "tracks", "runs", "training_table"} <= set(available())


@pytest.mark.parametrize("name", sorted(available()))
def test_a_declared_parameter_is_selected(name: str, store: Store) -> None:
    query = named(name)
    some: dict[str, str | float] = {"iri": "http://nobody.example/", "text": "none", "number": 1.5}
    bound = {parameter: some[one.kind] for parameter, one in query.parameters.items()}
    store.query(query.text, **bound)


def test_an_unknown_name_tells_what_there_is() -> None:
    with pytest.raises(QueryError, match=r"no query is called 'whi': there are .*why"):
        named("whi")


def test_a_parameter_that_is_missing_or_unknown_is_named() -> None:
    with pytest.raises(QueryError, match="'why': parameter without a value: 'tag'; it takes"):
        named("why").substitutions({"track": "http://e/"})
    with pytest.raises(QueryError, match="unknown parameter 'colour'; it takes none"):
        named("tracks").substitutions({"colour": "red"})


def test_a_default_stands_in_for_a_value_that_is_not_given() -> None:
    query = parsed("q", "# Who?\n# ?lang text: language of labels = en\n# ?n number: how many")
    assert query.required == ("n",)
    found = {v.value: term.value for v, term in query.substitutions({"n": 2}).items()}
    assert found == {"lang": "en", "n": "2"}
    found = {v.value: term.value for v, term in query.substitutions({"n": 2, "lang": "de"}).items()}
    assert found["lang"] == "de"


def test_s12_a_bound_value_stays_a_value(store: Store) -> None:
    wanted = 'a "quoted" one" } ; DROP ALL'
    assert texts(store.query(LABELS, label=wanted)) == [["http://e/1", wanted]]
    assert texts(store.query(LABELS, label="plain")) == [["http://e/2", "plain"]]


def test_s12_an_iri_that_would_break_out_is_no_iri() -> None:
    with pytest.raises(QueryError, match="is no IRI"):
        named("why").substitutions({"track": "http://e/> . ?s ?p ?o", "tag": "http://e/"})


def test_a_number_is_bound_as_a_number() -> None:
    query = parsed("q", "# How many?\n# ?n number: how many\nSELECT ?n {}")
    ((_, term),) = query.substitutions({"n": 0.5}).items()
    assert term.value == "0.5"
    with pytest.raises(QueryError, match="'many' is no number"):
        query.substitutions({"n": "many"})


def test_without_a_header_an_iri_is_known_by_its_look() -> None:
    kinds = {v.value: type(term) for v, term in guessed({"a": "http://e/", "b": "e: x"}).items()}
    assert kinds == {"a": NamedNode, "b": Literal}


def test_a_variable_that_is_not_selected_cannot_be_bound(store: Store) -> None:
    with pytest.raises(QueryError, match=r"cannot be answered: .*\?s"):
        store.query("SELECT ?o { ?s ?p ?o }", s="http://e/1")


def test_a_mistake_is_told_with_its_place(store: Store) -> None:
    with pytest.raises(QueryError, match="not a SPARQL query: error at 1:"):
        store.query("SELECT { ?s ?p ?o }")


def test_from_chooses_the_graphs(store: Store) -> None:
    one, other = "https://example.org/id/graph/1", "https://example.org/id/graph/2"
    count = "SELECT (COUNT(*) AS ?n) FROM <{}> {{ ?s ?p ?o }}"
    assert texts(store.query(count.format(one))) == [["2"]]
    assert texts(store.query(count.format(other))) == [["0"]]


def test_rows_of_an_empty_store_are_none(store: Store) -> None:
    nobody = "https://example.org/id/track/nobody"
    assert store.rows("tracks", TrackRow) == []
    assert store.rows("runs", RunRow) == []
    assert store.rows("tags_of_track", TagRow, track=nobody) == []
    assert store.rows("why", WhyRow, track=nobody, tag="http://e/") == []


def test_a_query_without_rows_cannot_fill_a_row_type(store: Store) -> None:
    @dataclass
    class Nothing:
        """No columns."""

    with pytest.raises(QueryError, match="'path' gives no rows"):
        store.rows("path", Nothing, track="http://e/", tag="http://e/")
