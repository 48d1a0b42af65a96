"""IRIs are deterministic, valid whatever they name, and lead back to it."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from earmark.graph.names import Names

NAMES = Names("https://example.org/id/")
ANYTHING = st.text(min_size=1, max_size=20)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_named_the_iri_is_valid(track: str, run: str, tag: str) -> None:
    assertion = NAMES.assertion(track, run, tag)
    for iri in (assertion, NAMES.evidence(assertion, tag, run), NAMES.tags_graph(track, run)):
        assert NamedNode(iri).value == iri
        assert not set(iri) & set(' "<>\\^`{|}')


@given(ANYTHING, ANYTHING)
def test_a_track_is_found_again_by_its_iri(dataset: str, track: str) -> None:
    for name in (track.replace("/", "-"), f"{dataset.replace('/', '-')}/{track}"):
        assert NAMES.track_id(NAMES.track(name)) == name


@given(st.lists(st.tuples(ANYTHING, ANYTHING), min_size=2, max_size=2, unique=True))
def test_different_rows_have_different_iris(rows: list[tuple[str, str]]) -> None:
    first, second = (NAMES.row(dataset, track) for dataset, track in rows)
    assert first != second


def test_a_file_name_that_is_no_text_has_an_iri_too() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert NAMES.track_id(NAMES.track(f"old/{name}")) == f"old/{name}"


def test_shipped_concepts_keep_their_iri_and_others_are_the_users() -> None:
    assert NAMES.concept("features", "tempo") == "https://w3id.org/earmark/voc/features/tempo"
    assert NAMES.concept("features", "mfcc 0") == "https://example.org/id/feature/mfcc%200"
    assert NAMES.concept("tags", "mood/wistful") == "https://example.org/id/tag/mood/wistful"


def test_procedures_of_features_and_of_datasets_are_told_apart() -> None:
    for procedure, start in (("tempo/2", "https://w3id.org/"), ("gtzan:my tempo", NAMES.base)):
        iri = NAMES.procedure(procedure)
        assert iri.startswith(start)
        assert NAMES.procedure_of(iri) == procedure


def test_a_cluster_cannot_take_the_place_of_a_tag() -> None:
    """A tag may be the beginning of another: mood, and mood/happy."""
    mood = NAMES.assertion("t", "r", "mood")
    assert NAMES.contribution(mood, "happy") != NAMES.assertion("t", "r", "mood/happy")
    assert NAMES.base_rate(mood) != NAMES.contribution(mood, "base-rate")
    assert NAMES.remainder(mood, "c") != NAMES.evidence(mood, "c", "remainder")


def test_an_open_end_has_a_name() -> None:
    assert NAMES.segment("t", 0.0, float("nan")) == "t/segment/0-end"
    assert NAMES.segment("t", 1.5, 29.97668) == "t/segment/1.5-29.97668"
