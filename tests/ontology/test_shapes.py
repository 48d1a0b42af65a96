"""Every shape accepts its good example, and its bad one breaks that shape and no other."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, Triple, parse

from earmark.errors import GraphError
from earmark.graph.constraints import compiled
from earmark.graph.shapes import Answer, Finding, judge, shapes, validate
from earmark.resources import shipped

SHAPES = sorted(path.stem for path in shipped("ontology", "shapes").glob("*.ttl"))
PREFIXES = """
@prefix ear: <https://w3id.org/earmark/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/earmark/shapes#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def example(kind: str, stem: str) -> Path:
    return shipped("ontology", "examples", kind, f"{stem}.ttl")


def compiled_judgement(path: Path) -> list[Finding]:
    store = Store()
    store.load(path=path, format=RdfFormat.TURTLE)

    def ask(text: str) -> Answer:
        return store.query(text, use_default_graph_as_union=True)

    return judge(ask)


def name(stem: str) -> str:
    return "".join(word.capitalize() for word in stem.split("_"))


def test_every_shape_has_its_examples() -> None:
    assert len(SHAPES) >= 29
    for kind in ("good", "bad"):
        found = shipped("ontology", "examples", kind).glob("*.ttl")
        assert sorted(path.stem for path in found) == SHAPES


def test_a_file_is_named_after_its_shape() -> None:
    assert [shape.name for shape in shapes()] == sorted(map(name, SHAPES))


@pytest.mark.parametrize("stem", SHAPES)
def test_a_good_example_conforms(stem: str) -> None:
    good = example("good", stem)
    assert validate(triples(good)) == []
    assert compiled_judgement(good) == []


@pytest.mark.parametrize("stem", SHAPES)
def test_a_good_example_is_about_its_shape(stem: str) -> None:
    """What a shape is not about conforms to it, whatever it says."""
    store = Store()
    store.load(path=example("good", stem), format=RdfFormat.TURTLE)
    (shape,) = [shape for shape in shapes() if shape.name == name(stem)]
    assert store.query(shape.concerns)


@pytest.mark.parametrize("stem", SHAPES)
def test_a_bad_example_breaks_its_own_shape_only(stem: str) -> None:
    bad = example("bad", stem)
    for found in (validate(triples(bad)), compiled_judgement(bad)):
        assert {finding.rule for finding in found} == {name(stem)}, list(map(str, found))


@pytest.mark.parametrize("stem", SHAPES)
def test_a_bad_example_says_what_is_bad(stem: str) -> None:
    assert example("bad", stem).read_text("utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("row", 'ear:split is "holdout": choose one of "train", "valid", "test", "excluded"'),
        ("concept", "skos:definition is missing: state it"),
        ("base_rate", "ear:cluster does not belong here: take it away"),
        ("contradiction", "ear:about is stated more than once: keep one"),
        ("contribution", 'ear:contribution is "0.75" (xsd:double), not an xsd:decimal'),
        ("chord_event", "ear:rootPc is 12: it must be 11 or less"),
        ("segment", ": it must be less than ear:endSeconds"),
        ("statement", "one of prov:wasAttributedTo, dcterms:source must be stated"),
    ],
)
def test_a_finding_says_what_where_and_what_to_do(stem: str, told: str) -> None:
    for found in (
        validate(triples(example("bad", stem))),
        compiled_judgement(example("bad", stem)),
    ):
        assert len(found) == 1
        assert str(found[0]).startswith(f"{name(stem)}: <https://example.org/"), found[0]
        assert told in str(found[0]), found[0]


def test_the_shipped_ontology_conforms() -> None:
    folder = shipped("ontology")
    files = [*folder.glob("*.ttl"), *folder.glob("vocab/*.ttl")]
    assert validate(triple for file in files for triple in triples(file)) == []


@pytest.mark.parametrize(
    "stated",
    [
        "sh:targetClass ear:Run ; sh:closed true",
        "sh:targetClass ear:Run ; sh:nodeKind sh:BlankNode",
        "sh:targetNode ear:Run",
        "sh:nodeKind sh:IRI",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:minCount 2 ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:class ear:Run ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:datatype xsd:gYear ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:in ( 1 2 ) ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:severity sh:Info ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:deactivated true ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ( ear:run ear:model ) ; sh:minCount 1 ]",
        "sh:targetClass ear:Run ; sh:property [ sh:path ear:run ; sh:pattern 'a', 'b' ]",
        "sh:targetClass ear:Run ; sh:xone ( [ sh:path ear:run ; sh:maxCount 1 ] )",
        "sh:targetClass ear:Run ; sh:or ( [ sh:path ear:run ; sh:minCount 1 ] ), ()",
    ],
)
def test_what_the_compiler_does_not_know_it_refuses(stated: str) -> None:
    turtle = f"{PREFIXES} shape:Odd a sh:NodeShape ; {stated} ."
    quads = parse(turtle, format=RdfFormat.TURTLE)
    with pytest.raises(GraphError):
        compiled(quad.triple for quad in quads)


def test_a_subclass_answers_to_the_shape_of_its_class() -> None:
    remainder = f"{PREFIXES} <https://example.org/r> a ear:Remainder ."
    quads = list(parse(remainder, format=RdfFormat.TURTLE))
    store = Store()
    store.extend(quads)
    found = judge(lambda text: store.query(text))
    assert {finding.rule for finding in found} == {"Evidence"}
    assert found == validate(quad.triple for quad in quads)
