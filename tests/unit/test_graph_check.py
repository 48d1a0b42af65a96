"""Foreign files are read, checked and refused in words."""

from pathlib import Path

import pytest

from earmark.errors import GraphError
from earmark.graph import check
from earmark.resources import shipped

GOOD = shipped("ontology", "examples", "good")
BAD = shipped("ontology", "examples", "bad")


def test_a_file_of_concepts_conforms() -> None:
    assert check.file(GOOD / "concept.ttl") == []


def test_the_ontology_itself_may_be_checked() -> None:
    assert check.file(shipped("ontology", "core.ttl")) == []


def test_every_finding_names_rule_and_node() -> None:
    (found,) = check.file(BAD / "concept.ttl")
    assert found.rule == "Concept"
    assert found.node == "https://example.org/tag/mood/serene"


def test_what_a_file_refers_to_must_be_described() -> None:
    rules = {finding.rule for finding in check.file(GOOD / "statement.ttl")}
    assert rules == {"everything_is_described"}


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("<http://a/> <http://b/> <http://c/> .\n<http://a/> oops", "utf-8")
    with pytest.raises(GraphError, match=r"broken.ttl, line 2, column \d+: "):
        check.file(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match=r"gone.ttl cannot be read"):
        check.file(tmp_path / "gone.ttl")


def test_s6_rdf_xml_is_never_parsed(tmp_path: Path) -> None:
    file = tmp_path / "laughs.rdf"
    file.write_text('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "utf-8")
    with pytest.raises(GraphError, match=r"files that end in .ttl"):
        check.file(file)


def test_s5_a_remote_context_is_not_fetched(tmp_path: Path) -> None:
    file = tmp_path / "remote.jsonld"
    file.write_text('{"@context": "http://127.0.0.1:1/context", "name": "x"}', "utf-8")
    with pytest.raises(GraphError, match="would have to be fetched"):
        check.file(file)
