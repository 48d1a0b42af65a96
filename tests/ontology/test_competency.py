"""The questions the graph must answer, on two engines that must agree."""

import csv
import io
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
import pytest
import rdflib

from earmark.graph import Store
from earmark.graph.queries import available, named, questions
from earmark.pipeline.ontology import questions_ttl
from earmark.resources import shipped

QUESTIONS = [question.name for question in questions()]
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")

Rows = Counter[tuple[str, ...]]


@pytest.fixture(scope="module")
def graph(example: Store) -> rdflib.Graph:
    out = io.BytesIO()
    example.dump(out, "ttl")
    return rdflib.Graph().parse(data=out.getvalue(), format="turtle")


def comparable(text: str) -> str:
    """Numbers and moments by value: 0.50 is 0.5, and +00:00 is Z."""
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text.replace("+00:00", "Z")


def rows(found: Iterable[Iterable[object]]) -> Rows:
    return Counter(tuple(comparable("" if v is None else str(v)) for v in row) for row in found)


def expected(name: str) -> Rows:
    path = shipped("queries", "competency", name, "expected.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return rows(list(csv.reader(lines))[1:])


def in_oxigraph(store: Store, name: str, **bound: str) -> Rows:
    found = store.query(named(name).text, **bound)
    assert isinstance(found, ox.QuerySolutions)
    return rows([None if v is None else v.value for v in row] for row in found)


def in_rdflib(graph: rdflib.Graph, name: str, bound: Mapping[str, str] | None = None) -> Rows:
    values = named(name).substitutions(bound or {}).items()
    found = graph.query(named(name).text, initBindings={v.value: _known(t) for v, t in values})
    return rows([row.get(column) for column in found.vars or ()] for row in found.bindings)


def _known(term: ox.NamedNode | ox.Literal) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    # To rdflib a plain literal and one of xsd:string are two.
    is_text = term.datatype.value.endswith("#string")
    return rdflib.Literal(term.value, datatype=None if is_text else term.datatype.value)


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) == 43
    assert set(QUESTIONS) <= set(available())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_its_answer(name: str, example: Store, graph: rdflib.Graph) -> None:
    wanted = expected(name)
    assert wanted, "an empty answer would prove nothing"
    assert in_oxigraph(example, name) == wanted
    started = time.process_time()
    assert in_rdflib(graph, name) == wanted
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("name", "bound", "answers"),
    [
        ("cq10-which-tags-were-missed-narrowly", {"margin": "0.25"}, 0),
        ("cq12-what-does-a-chord-do", {"second": "22"}, 2),
        ("cq12-what-does-a-chord-do", {"second": "24"}, 0),
        ("cq13-where-does-a-progression-occur", {"opening": "30"}, 6),
        ("cq15-how-much-does-a-cluster-weigh", {"tag": "mood/slow"}, 0),
        ("cq21-which-recordings-have-a-narrower-tag", {"broader": "mood/manner"}, 1),
        ("cq26-what-produced-a-value", {"feature": "onset_rate"}, 2),
        ("cq31-which-values-are-unusual", {"edge": "0.01"}, 2),
    ],
)
def test_another_value_gives_another_answer(
    name: str, bound: dict[str, str], answers: int, example: Store, graph: rdflib.Graph
) -> None:
    assert in_oxigraph(example, name, **bound).total() == answers
    assert in_rdflib(graph, name, bound).total() == answers


def copies(example: Store, count: int) -> Store:
    """A store with so many tracks that are all alike."""
    out = io.BytesIO()
    example.dump(out, "nq")
    lines = out.getvalue().decode().splitlines(keepends=True)
    of_swing = "".join(line for line in lines if "swing" in line)
    made = Store.memory(example.names.base)
    texts = ["".join(lines), *(of_swing.replace("swing", f"swing{i}") for i in range(count))]
    graphs: dict[str, set[ox.Triple]] = {}
    for quad in ox.parse("".join(texts), format=ox.RdfFormat.N_QUADS):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.graph_name.value, set()).add(quad.triple)
    made.replace(graphs)
    return made


def test_no_question_grows_with_the_square_of_a_catalogue(example: Store) -> None:
    few, many = copies(example, 8), copies(example, 48)
    for name in QUESTIONS:
        short, long = (min(_seconds(store, name) for _ in range(2)) for store in (few, many))
        assert long < 0.02 or long < 14 * short, f"{name}: {short:.3f} s, then {long:.3f} s"


def _seconds(store: Store, name: str) -> float:
    started = time.thread_time()
    in_oxigraph(store, name)
    return time.thread_time() - started


@pytest.mark.parametrize("name", sorted(available()))
def test_a_query_begins_with_its_question(name: str) -> None:
    assert named(name).question.endswith((".", "?")), named(name).text.splitlines()[0]


def test_questions_have_keywords_and_need_no_value() -> None:
    for question in questions():
        assert question.keywords, question.name
        assert not question.required, question.name


def test_the_columns_of_an_answer_are_those_of_the_question(example: Store) -> None:
    for name in QUESTIONS:
        path = shipped("queries", "competency", name, "expected.csv")
        header = path.read_text("utf-8").splitlines()[0].split(",")
        found = example.query(named(name).text)
        assert isinstance(found, ox.QuerySolutions)
        assert [variable.value for variable in found.variables] == header, name


def test_editors_find_every_question_in_turtle() -> None:
    listed = rdflib.Graph().parse(data=questions_ttl(), format="turtle")
    found = set(listed.subjects(rdflib.RDF.type, SH.SPARQLSelectExecutable))
    assert len(found) == len(QUESTIONS)
    for question in questions():
        node = rdflib.URIRef(f"https://w3id.org/earmark/voc/questions/{question.name}")
        assert str(listed.value(node, SH.select)) == question.text
        assert str(listed.value(node, rdflib.RDFS.comment)) == question.question
        (prefixes,) = listed.objects(node, SH.prefixes)
        declared = {
            f"PREFIX {listed.value(one, SH.prefix)}: <{listed.value(one, SH.namespace)}>"
            for one in listed.objects(prefixes, SH.declare)
        }
        own = {line for line in question.text.splitlines() if line.startswith("PREFIX")}
        assert own <= declared, question.name
