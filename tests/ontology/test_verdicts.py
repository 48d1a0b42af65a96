"""The compiled shapes and pySHACL say the same of the same triples, whatever is done to them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from pyoxigraph import Store as Scratch

from earmark.errors import GraphError
from earmark.graph import Store, check
from earmark.graph.shapes import Answer, Finding, judge, validate
from earmark.resources import shipped

EAR = "https://w3id.org/earmark/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

WORDS = ("", "accepted", "full", "x", "2026", "0.5", "a\nb")
NUMBERS = ("0", "1", "-1", "0.5", "1.0", "1.50", "007", "12", "1e0", "INF", "NaN", "true", "odd")
KINDS = ("string", "decimal", "integer", "double", "boolean", "date", "dateTime")
MOMENTS = ("2026-11-20", "2026-11-20T10:00:00Z", "2026-13-20T10:00:00Z")

# What rdflib takes for well-formed though it is not, or for comparable though it has no
# order, or what the store cannot hold: there pySHACL is the milder of the two.
LENIENT = [
    ("1e0", "decimal"),
    ("INF", "decimal"),
    ("0.0000000000000000000000001", "decimal"),
    ("2026-11-20", "dateTime"),
    ("2026-11-20T10:00:00", "dateTime"),
]
# And what it gives up on, because Python cannot compare it.
GIVES_UP = [("NaN", "decimal"), ("odd", "dateTime")]


def well_told(literal: Literal) -> bool:
    return (literal.value, literal.datatype.value.removeprefix(XSD)) not in LENIENT


iris = st.sampled_from(["Recording", "Evidence", "BaseRate", "share"]).map(lambda t: EAR + t)
values = st.one_of(
    iris.map(NamedNode),
    st.sampled_from(WORDS).map(Literal),
    st.builds(Literal, st.sampled_from(WORDS), language=st.sampled_from(["en", "EN", "de"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(XSD + kind)),
        st.sampled_from(NUMBERS + MOMENTS),
        st.sampled_from(KINDS),
    ).filter(well_told),
)
changes = st.lists(
    st.tuples(
        st.sampled_from(["drop", "replace", "add", "retype", "move"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        values,
    ),
    min_size=1,
    max_size=8,
)


def verdicts(found: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.rule, finding.node) for finding in found}


def loaded(triples: list[Triple]) -> Scratch:
    scratch = Scratch()
    scratch.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return scratch


def compiled_verdicts(scratch: Scratch) -> set[tuple[str, str]]:
    def ask(text: str) -> Answer:
        return scratch.query(text)

    return verdicts(judge(ask))


def changed(triples: list[Triple], change: tuple[str, int, int, Literal | NamedNode]) -> None:
    """Do one thing to the triples; the places are taken modulo how many there are."""
    what, place, other, value = change
    old = triples[place % len(triples)]
    another = triples[other % len(triples)]
    if what != "add":
        triples.remove(old)
    if what in ("replace", "add"):
        triples.append(Triple(old.subject, old.predicate, value))
    if what == "retype":
        triples.append(Triple(old.subject, another.predicate, old.object))
    if what == "move":
        triples.append(Triple(another.subject, old.predicate, old.object))


@pytest.fixture
def track(store: Store) -> list[Triple]:
    """All that is stated of one track and in the model that tagged it."""
    wanted = [g for g in store.graphs() if g.endswith("/swing") or "/model/" in g]
    return sorted((triple for g in wanted for triple in store.graph(g)), key=str)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the track is not changed
)
@given(changes)
def test_both_say_the_same_of_a_track_that_was_tampered_with(
    track: list[Triple], done: list[tuple[str, int, int, Literal | NamedNode]]
) -> None:
    triples = list(track)
    for change in done:
        changed(triples, change)
    scratch = loaded(triples)
    found = compiled_verdicts(scratch)
    try:
        assert verdicts(validate(quad.triple for quad in scratch)) == found
    except GraphError:
        assert found, "pySHACL gave up on what the compiled shapes let pass"


def stating(text: str, kind: str) -> list[Triple]:
    """Evidence of that rank, or an execution that began then, and all else in order."""
    stem, term = {"decimal": ("evidence", "percentile"), "dateTime": ("activity", "startedAtTime")}[
        kind
    ]
    path = shipped("ontology", "examples", "good", f"{stem}.ttl")
    triples = [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]
    (old, *_) = [t for t in triples if t.predicate.value.endswith(term)]
    literal = Literal(text, datatype=NamedNode(XSD + kind))
    return [t for t in triples if t != old] + [Triple(old.subject, old.predicate, literal)]


@pytest.mark.parametrize(("text", "kind"), LENIENT)
def test_where_pyshacl_errs_it_is_the_milder(text: str, kind: str) -> None:
    scratch = loaded(stating(text, kind))
    said = verdicts(validate(quad.triple for quad in scratch))
    assert len(compiled_verdicts(scratch)) == 1
    assert said <= compiled_verdicts(scratch)
    assert said == set() or text == "INF"  # which is out of bounds besides


@pytest.mark.parametrize(("text", "kind"), GIVES_UP)
def test_what_pyshacl_gives_up_on_the_compiled_shapes_tell(
    text: str, kind: str, tmp_path: Path
) -> None:
    triples = stating(text, kind)
    with pytest.raises(GraphError, match="pySHACL cannot check"):
        validate(triples)
    file = tmp_path / "hostile.nt"
    file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    assert {finding.rule for finding in check.file(file)} & {"Evidence", "Activity"}
