"""Every shape accepts its good example, and its bad one breaks that shape and no other."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from earmark.graph.shapes import validate
from earmark.resources import shipped

SHAPES = sorted(path.stem for path in shipped("ontology", "shapes").glob("*.ttl"))


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def name(stem: str) -> str:
    return "".join(word.capitalize() for word in stem.split("_"))


def test_every_shape_has_its_examples() -> None:
    assert len(SHAPES) == 20
    for kind in ("good", "bad"):
        found = shipped("ontology", "examples", kind).glob("*.ttl")
        assert sorted(path.stem for path in found) == SHAPES


@pytest.mark.parametrize("stem", SHAPES)
def test_a_good_example_conforms(stem: str) -> None:
    found = validate(triples(shipped("ontology", "examples", "good", f"{stem}.ttl")))
    assert found == []


@pytest.mark.parametrize("stem", SHAPES)
def test_a_bad_example_breaks_its_own_shape_only(stem: str) -> None:
    found = validate(triples(shipped("ontology", "examples", "bad", f"{stem}.ttl")))
    assert {finding.rule for finding in found} == {name(stem)}, list(map(str, found))


def test_a_finding_says_what_where_and_how() -> None:
    (found,) = validate(triples(shipped("ontology", "examples", "bad", "row.ttl")))
    assert str(found).startswith("Row: <https://example.org/id/row1>: split: ")
    assert "holdout" in str(found)


def test_the_shipped_ontology_conforms() -> None:
    folder = shipped("ontology")
    files = [*folder.glob("*.ttl"), *folder.glob("vocab/*.ttl")]
    assert validate(triple for file in files for triple in triples(file)) == []
