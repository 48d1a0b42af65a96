"""What follows from a track's tags is written and taken away together with them."""

from pathlib import Path

from pyoxigraph import NamedNode

from earmark import Tagger
from earmark.graph import Store, check
from earmark.resources import shipped
from earmark.vocab import EAR, concept_iri


def test_a_broader_tag_lives_as_long_as_what_implies_it(tmp_path: Path) -> None:
    clip = shipped("data", "example", "disco.flac")
    dance, disco = (concept_iri("tags", f"genre/{name}") for name in ("dance", "disco"))
    with Tagger.open(tmp_path / "store") as tagger:
        track = tagger.tag(clip).track
        assert track is not None
        graph = tagger.store.names.implied_graph(track)
        (implied,) = tagger.store.graph(graph)
        assert (implied.predicate, implied.object) == (NamedNode(EAR.impliesTag), NamedNode(dance))
        assert check.everything(tagger.store) == []
        # As if the vocabulary had changed: disco is no longer dance music.
        _forget_what_is_above(tagger.store, disco)
        tagger.tag(clip)
        assert tagger.store.graph(graph) == []


def _forget_what_is_above(store: Store, concept: str) -> None:
    ontology = store.names.ontology_graph
    kept = [
        triple
        for triple in store.graph(ontology)
        if not (triple.subject == NamedNode(concept) and "broader" in triple.predicate.value)
    ]
    assert store.replace({ontology: kept})
