"""Queries that would end the process or leave the machine never reach the parser."""

import pytest

from earmark.errors import QueryError
from earmark.graph import Store
from earmark.graph.gate import gate

DEEP = [
    "SELECT * " + "{" * 3000 + "}" * 3000,
    "SELECT * {" + "OPTIONAL {" * 3000 + "}" * 3001,
    "SELECT * {FILTER(" + "(" * 9000 + "1" + ")" * 9001 + "}",
    # Brackets that only seem to be closed again.
    "SELECT * { #" + ")" * 5000 + "\n FILTER(" + "(" * 5000 + "1" + ")" * 5001 + "}",
    "SELECT * { FILTER('" + ")" * 5000 + "' = " + "(" * 5000 + "1" + ")" * 5001 + "}",
    "SELECT * {FILTER(" + "\\u0028" * 3000 + "1" + ")" * 3001 + "}",
]
LONG_CHAINS = [
    "SELECT * {FILTER(" + "!" * 50_000 + "?a)}",
    "SELECT * {FILTER(" + "||".join(["?a"] * 15_000) + ")}",
    "PREFIX a: <http://a/> SELECT * {?s " + "/".join(["a:"] * 20_000) + " ?o}",
    "SELECT * {" + "OPTIONAL {?a ?b ?c}" * 3000 + "}",
    "SELECT * {" + "".join(f"BIND(1 AS ?x{i})" for i in range(3000)) + "}",
]
LEAVING = [
    "SELECT * { SERVICE <http://127.0.0.1:1/x> { ?s ?p ?o } }",
    "SELECT * { ?a ?b ?c.service SILENT ?x { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE<http://127.0.0.1:1/x>{ ?s ?p ?o } }",
]
CHANGING = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DROP ALL",
    "LOAD <file:///etc/passwd>",
    "CLEAR ALL",
]


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:22])
def test_s8_deep_nesting_does_not_reach_the_parser(text: str) -> None:
    with pytest.raises(QueryError, match="nested more than 100 deep"):
        Store.memory().query(text)


@pytest.mark.parametrize("text", LONG_CHAINS, ids=lambda text: text[:22])
def test_s8_long_chains_do_not_reach_the_parser(text: str) -> None:
    with pytest.raises(QueryError, match="links more than 1000 parts"):
        Store.memory().query(text)


def test_s8_a_query_as_large_as_a_file_is_refused() -> None:
    with pytest.raises(QueryError, match="shorten it"):
        gate("#" * 70_000)


@pytest.mark.parametrize("text", LEAVING)
def test_s4_service_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        Store.memory().query(text)


@pytest.mark.parametrize("text", CHANGING)
def test_s1_a_query_changes_and_loads_nothing(text: str) -> None:
    store = Store.memory()
    before = set(store.quads())
    with pytest.raises(QueryError, match="not a SPARQL query"):
        store.query(text)
    assert set(store.quads()) == before


def test_s2_from_does_not_read_files() -> None:
    found = Store.memory().query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")
    assert list(found) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service <http://a/service> 'SERVICE', \"(((\" }",
        "PREFIX service: <http://a/> SELECT * { ?s service:of 'x' } # SERVICE",
        "SELECT * " + "{" * 99 + "}" * 99,
        "SELECT * {FILTER(" + "+".join(["1"] * 900) + " = 1)}",
    ],
)
def test_what_only_looks_dangerous_passes(text: str) -> None:
    list(Store.memory().query(text))  # type: ignore[arg-type]
