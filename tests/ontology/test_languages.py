"""Labels come in the language asked for, and in English where they are not known in it."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from earmark.errors import QueryError
from earmark.explain.path import reasoning_path
from earmark.graph import Store
from earmark.graph.queries import TagRow, available, named
from earmark.pipeline.ask import ask
from earmark.vocab import SKOS

SHOWING = sorted(name for name, query in available().items() if "lang" in query.parameters)
PULSE = "https://example.org/id/model/moods-cd34cd34/cluster/pulse"


@pytest.fixture(scope="module")
def german(example: Store) -> Store:
    """The example with one German label more: that of a cluster."""
    copy = Store.memory(example.names.base)
    for graph in example.graphs():
        copy.replace({graph: example.graph(graph)})
    label = Triple(NamedNode(PULSE), NamedNode(SKOS.prefLabel), Literal("Puls", language="de"))
    assert copy.extend({"https://example.org/id/graph/labels": [label]})
    return copy


def answer(store: Store, name: str, **bound: str) -> list[tuple[str | None, ...]]:
    query = named(name)
    values = {"track": store.names.track("swing"), "tag": store.names.concept("tags", "mood/fast")}
    given = {key: values[key] for key in query.required} | bound
    found = store.query(query.text, **given)
    assert isinstance(found, QuerySolutions)
    return [tuple(None if v is None else v.value for v in row) for row in found]


def test_every_query_that_shows_a_label_takes_a_language() -> None:
    assert {"why", "tags_of_track"} < set(SHOWING)
    for name, query in available().items():
        shows = "skos:prefLabel" in query.text
        assert shows == (name in SHOWING), f"{name} shows labels in one language alone"
        if shows:
            assert query.parameters["lang"].default == "en"


@pytest.mark.parametrize("name", SHOWING)
def test_no_row_is_lost_or_doubled_by_a_language(name: str, german: Store) -> None:
    english = answer(german, name)
    assert english
    for lang in ("de", "fr", "tlh"):
        assert len(answer(german, name, lang=lang)) == len(english)


def test_a_label_is_in_the_language_asked_for(german: Store) -> None:
    path = reasoning_path(german, "swing", "mood/fast", lang="de")
    pulse, brightness = path.strands
    assert (pulse.label, brightness.label) == ("Puls", "brightness")
    assert [reason.label for reason in pulse.reasons if reason.feature == "tempo"] == ["Tempo"]


def test_without_a_language_labels_are_english(german: Store) -> None:
    path = reasoning_path(german, "swing", "mood/fast")
    assert path == reasoning_path(german, "swing", "mood/fast", lang="en")
    assert path == reasoning_path(german, "swing", "mood/fast", lang="tlh")
    assert [strand.label for strand in path.strands] == ["pulse", "brightness"]


def test_only_labels_depend_on_the_language(german: Store) -> None:
    english, other = (reasoning_path(german, "swing", "mood/fast", lang=x) for x in ("en", "de"))
    assert english.log_odds == other.log_odds
    for one, two in zip(english.strands, other.strands, strict=True):
        assert one.contribution == two.contribution
        for reason, same in zip(one.reasons, two.reasons, strict=True):
            assert (reason.definition, reason.share) == (same.definition, same.share)


def test_a_query_pasted_into_any_client_is_answered_in_english(german: Store) -> None:
    """There nothing binds ?lang, and comparing with it is an error that counts as no."""
    text = named("cq14-what-makes-up-a-cluster").text
    unbound = german._inner.query(text, use_default_graph_as_union=True)
    assert isinstance(unbound, QuerySolutions)
    labels = [row["feature"].value for row in unbound]
    assert labels == [row[-1] for row in answer(german, "cq14-what-makes-up-a-cluster")]
    assert "spectral centroid" in labels


def test_a_tag_is_listed_by_its_label_in_the_language(german: Store) -> None:
    track = german.names.track("swing")
    for lang, label in (("en", "jazz"), ("de", "Jazz")):
        rows = german.rows("tags_of_track", TagRow, track=track, lang=lang)
        assert label in {row.label for row in rows}


def test_a_language_is_data_and_no_query(german: Store) -> None:
    sly = 'en" || true) } #'
    assert len(answer(german, "why", lang=sly)) == len(answer(german, "why"))


def test_asking_for_a_language_where_no_label_is_shown_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path / "store", write=True).close()
    with pytest.raises(QueryError, match=r"no variable \?lang, for it shows no labels"):
        ask(tmp_path / "store", "tracks", {"lang": "de"}, "csv")
