"""The commands do what a user would expect, on the example clips."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
import soundfile

from earmark import __version__
from earmark.resources import shipped

Run = Callable[..., tuple[int, str, str]]

CLIPS = sorted(shipped("data", "example").glob("*.flac"))
DECISIONS = {"accepted", "rejected", "abstained"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from earmark import Tagger

    folder = tmp_path_factory.mktemp("tagged") / "store"
    with Tagger.open(folder) as tagger:
        for tagged in tagger.tag_all(CLIPS):
            assert tagged.error is None
    return folder


def test_there_are_four_example_clips() -> None:
    assert len(CLIPS) == 4


def test_version_and_usage(run: Run) -> None:
    assert run("--version") == (0, f"{__version__}\n", "")
    assert run("tag")[0] == 2
    assert run("no-such-command")[0] == 2
    assert run("--help")[0] == 0


def test_tag_prints_one_line_of_json_a_file(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("tag", "--store", str(tmp_path / "s"), "--format", "jsonl", *map(str, CLIPS))
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["path"] for row in rows] == [str(clip) for clip in CLIPS]
    for row in rows:
        assert set(row) == {"track", "path", "seconds", "tags"}
        assert row["seconds"] == 24
        assert len(row["track"]) == 20
        for tag in row["tags"]:
            assert set(tag) == {"tag", "probability", "logOdds", "low", "high", "decision"}
            assert 0 <= tag["probability"] <= 1
            assert tag["low"] <= tag["logOdds"] <= tag["high"]
            assert tag["decision"] in DECISIONS
        assert any(tag["decision"] == "accepted" for tag in row["tags"])


def test_the_clips_do_not_all_get_the_same_tag(store: Path, run: Run) -> None:
    question = "SELECT DISTINCT ?tag { ?track <https://w3id.org/earmark/ns#hasTag> ?tag }"
    file = store.parent / "tags.rq"
    file.write_text(question)
    code, out, _ = run("query", str(file), "--store", str(store), "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) >= 1 + 3


@pytest.mark.parametrize("style", ["table", "csv", "ttl"])
def test_tag_prints_other_formats(run: Run, tmp_path: Path, style: str) -> None:
    code, out, _ = run(
        "tag", "--store", str(tmp_path / "s"), "--format", style, "--top", "2", str(CLIPS[0])
    )
    assert code == 0
    if style == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert [row["path"] for row in rows] == [str(CLIPS[0])] * 2
    elif style == "ttl":
        assert len(list(pyoxigraph.parse(out.encode(), format=pyoxigraph.RdfFormat.TURTLE))) > 100
    else:
        assert CLIPS[0].name in out


def test_resuming_skips_what_is_done(run: Run, tmp_path: Path) -> None:
    arguments = ["tag", "--store", str(tmp_path / "s"), "--format", "jsonl", "--resume"]
    assert len(run(*arguments, str(CLIPS[0]))[1].splitlines()) == 1
    code, out, _ = run(*arguments, str(CLIPS[0]), str(CLIPS[1]))
    assert code == 0
    assert [json.loads(line)["path"] for line in out.splitlines()] == [str(CLIPS[1])]


def test_extract_prints_percepts_and_keeps_nothing(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("extract", str(CLIPS[0]))
    row = json.loads(out)
    assert code == 0
    assert set(row) == {"track", "path", "seconds", "features", "chords", "key"}
    assert row["features"]["spectral_centroid"] > 0
    assert not (tmp_path / "xdg" / "earmark" / "store").exists()


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.stem)
def test_explanations_are_whole_and_repeatable(run: Run, store: Path, clip: Path) -> None:
    arguments = ["explain", str(clip), "--store", str(store)]
    code, text, _ = run(*arguments)
    assert code == 0
    assert "http" not in text
    assert "nan" not in text.lower().split()
    assert run(*arguments)[1] == text
    records = json.loads(run(*arguments, "--format", "json")[1])
    assert len(records) == 10
    for record in records:
        parts = [part["contribution"] for part in record["because"]]
        assert abs(record["baseRate"] + sum(parts) - record["logOdds"]) < 1e-9
        # The shipped model uses only what is heard in every clip.
        assert all(r["value"] is not None for part in record["because"] for r in part["because"])


def test_one_tag_is_explained_by_itself(run: Run, store: Path) -> None:
    code, out, _ = run(
        "explain", str(CLIPS[0]), "genre/jazz", "--store", str(store), "--format", "json"
    )
    assert code == 0
    assert json.loads(out)["tag"] == "genre/jazz"


def test_a_page_is_printed_whole(run: Run, store: Path) -> None:
    code, out, _ = run("explain", str(CLIPS[0]), "--store", str(store), "--format", "html")
    assert code == 0
    assert out.startswith("<!doctype html>")
    assert CLIPS[0].name in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "0123"), "no track '0123' is in the store"),
        (("explain", str(CLIPS[0]), "genre/polka"), "was not judged by the tag 'genre/polka'"),
        (("query", "no-such-query"), "neither a file nor one of"),
        (("query", "why", "--bind", "track=x"), "parameter without a value"),
    ],
)
def test_what_is_not_there_is_said(
    run: Run, store: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments, "--store", str(store))
    assert (code, out) == (1, "")
    assert said in err


def test_without_a_store_the_remedy_is_named(run: Run, tmp_path: Path) -> None:
    code, _, err = run("explain", "x", "--store", str(tmp_path / "none"))
    assert code == 1
    assert "`earmark tag`" in err


def test_every_question_is_listed_and_answers(run: Run, store: Path) -> None:
    code, out, _ = run("queries")
    assert code == 0
    assert any(line.startswith("why ") and "Why does" in line for line in out.splitlines())
    code, table, _ = run(
        "query", "why", "--store", str(store), "--bind", f"track={CLIPS[0]}",
        "--bind", "tag=genre/jazz",
    )  # fmt: skip
    assert code == 0
    assert "log_odds" in table.splitlines()[0]


def test_a_store_is_valid_and_exports(run: Run, store: Path) -> None:
    assert run("validate", "--store", str(store))[0] == 0
    for style, format_ in (
        ("nq", pyoxigraph.RdfFormat.N_QUADS),
        ("ttl", pyoxigraph.RdfFormat.TURTLE),
        ("jsonld", pyoxigraph.RdfFormat.JSON_LD),
    ):
        code, out, _ = run("export", "--store", str(store), "--format", style)
        assert code == 0
        assert str(CLIPS[0].parent) not in out, "a path leaked"
        assert len(list(pyoxigraph.parse(out.encode(), format=format_))) > 1000


def test_models_print_their_licence(run: Run) -> None:
    code, out, _ = run("models")
    assert code == 0
    assert "gtzan" in out
    assert "Apache-2.0" in out


def test_the_demo_tells_a_musician_why(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("demo", "--out", str(tmp_path))
    assert code == 0
    for clip in CLIPS:
        assert clip.name in out
    assert (tmp_path / "passport.html").read_text("utf-8").startswith("<!doctype html>")
    # Whatever the demo writes adds up, reaches the sound and breaks no shape.
    assert run("validate", "--store", str(tmp_path / "store"))[0] == 0


def test_tagging_again_leaves_a_track_as_it_is(run: Run, tmp_path: Path) -> None:
    def stated() -> list[str]:
        _, out, _ = run("export", "--store", str(tmp_path / "s"), "--format", "nq")
        return sorted(line for line in out.splitlines() if "/graph/runs>" not in line)

    arguments = ["tag", "--store", str(tmp_path / "s"), str(CLIPS[0])]
    assert run(*arguments)[0] == 0
    first = stated()
    assert run(*arguments)[0] == 0
    assert stated() == first
    assert not any("_:" in quad for quad in first), "a blank node"


def test_a_model_of_ones_own_is_learnt_and_used(run: Run, tmp_path: Path) -> None:
    # Two clips cut into pieces, as if each piece were a track.
    folder = tmp_path / "mine"
    folder.mkdir()
    lines = {"tags.csv": ["track,tag"], "tracks.csv": ["track,split,artist"]}
    for clip in (CLIPS[1], CLIPS[3]):
        samples, rate = soundfile.read(clip)
        for piece in range(16):
            start = int(piece * rate)
            name = f"{clip.stem}-{piece}"
            soundfile.write(folder / f"{name}.wav", samples[start : start + 6 * rate], rate)
            lines["tags.csv"].append(f"{name},mood/{clip.stem}")
            lines["tracks.csv"].append(f"{name},train,artist {piece % 4}")
    for name, rows in lines.items():
        (folder / name).write_text("\n".join(rows) + "\n")
    (folder / "dataset.toml").write_text('name = "mine"\nlabels = "multiclass"\n')
    model = str(tmp_path / "model")
    code, _, err = run("train", str(folder), "--out", model, "--workers", "2")
    assert code == 0, err
    code, out, _ = run(
        "tag", str(CLIPS[3]), "--model", model, "--store", str(tmp_path / "s"), "--format", "jsonl"
    )
    assert code == 0
    accepted = [t["tag"] for t in json.loads(out)["tags"] if t["decision"] == "accepted"]
    assert accepted == [f"mood/{CLIPS[3].stem}"]
    why = run("explain", str(CLIPS[3]), accepted[0], "--store", str(tmp_path / "s"))[1]
    assert f"{CLIPS[3].stem.capitalize()}: accepted" in why
