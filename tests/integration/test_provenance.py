"""Who tagged what, when and with which versions; what failed, and why."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from earmark.graph import Store, check
from earmark.graph.queries import RunRow
from earmark.pipeline.models import open_model
from earmark.pipeline.tagger import Tagger
from earmark.resources import shipped
from earmark.version import __version__
from earmark.vocab import VERSION

CLIPS = sorted(shipped("data", "example").glob("*.flac"))[:2]

EXECUTIONS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ear: <https://w3id.org/earmark/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?run ?agent ?start ?end ?count ?digest {
  ?activity a prov:Activity ; ear:run/dcterms:identifier ?run ;
    prov:wasAssociatedWith/rdfs:label ?agent ; prov:startedAtTime ?start ;
    prov:endedAtTime ?end ; ear:inputCount ?count ; ear:inputDigest ?digest .
}
"""


def asked(store: Store, text: str) -> list[dict[str, str]]:
    found = store.query(text)
    names = [variable.value for variable in found.variables]  # type: ignore[union-attr]
    return [{name: row[name].value for name in names} for row in found]  # type: ignore[union-attr]


def failures(store: Store) -> list[dict[str, str]]:
    return asked(store, shipped("queries", "pipeline", "failures.rq").read_text("utf-8"))


@pytest.fixture
def tagger() -> Tagger:
    return Tagger(Store.memory(), open_model())


def test_an_execution_says_who_when_on_what_and_with_which_versions(tagger: Tagger) -> None:
    before = datetime.now(UTC)
    tracks = [str(tagged.track) for tagged in tagger.tag_all(CLIPS)]
    (done,) = asked(tagger.store, EXECUTIONS)
    (run,) = tagger.store.rows("runs", RunRow)
    assert done["run"] == run.run
    assert (run.code, run.model, run.ontology) == (
        __version__,
        tagger.model.description().id,
        VERSION,
    )
    assert len(run.features) == 8
    assert done["agent"] == f"earmark {__version__}"
    start, end = (datetime.fromisoformat(done[key]) for key in ("start", "end"))
    assert before <= start <= end <= datetime.now(UTC)
    assert end.utcoffset() == timedelta(0)
    assert done["count"] == str(len(CLIPS))
    lines = "".join(f"{track}\n" for track in sorted(tracks))
    assert done["digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert check.everything(tagger.store) == []


def test_nothing_done_is_nothing_recorded(tagger: Tagger) -> None:
    assert list(tagger.tag_all([])) == []
    assert asked(tagger.store, EXECUTIONS) == []


def test_a_file_that_fails_is_recorded_and_stops_no_other(tagger: Tagger, tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF of nothing")
    first, second = tagger.tag_all([bad, CLIPS[0]])
    assert first.error is not None
    assert second.error is None
    (failure,) = failures(tagger.store)
    assert failure["path"] == str(bad)
    assert failure["code"] == first.error.code
    assert failure["reason"] == str(first.error)
    (done,) = asked(tagger.store, EXECUTIONS)
    assert done["count"] == "1"
    assert check.everything(tagger.store) == []


def test_a_failure_is_told_once_and_forgotten_when_the_file_is_mended(
    tagger: Tagger, tmp_path: Path
) -> None:
    file = tmp_path / "song.flac"
    file.write_bytes(b"fLaC")
    list(tagger.tag_all([file]))
    list(tagger.tag_all([file]))
    assert len(failures(tagger.store)) == 1
    file.write_bytes(CLIPS[0].read_bytes())
    (tagged,) = tagger.tag_all([file])
    assert tagged.error is None
    assert failures(tagger.store) == []


def test_a_failure_is_never_exported(tagger: Tagger, tmp_path: Path) -> None:
    bad = tmp_path / "secret-name.wav"
    bad.write_bytes(b"")
    list(tagger.tag_all([bad]))
    assert failures(tagger.store)
    for style in ("nq", "ttl", "jsonld"):
        out = BytesIO()
        tagger.store.dump(out, style)
        assert b"secret-name" not in out.getvalue()
