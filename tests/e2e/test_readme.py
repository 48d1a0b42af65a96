"""What the README shows is what happens."""

import re
import shutil
from pathlib import Path

import pytest

from earmark import Tagger
from earmark.graph import Store
from earmark.resources import shipped

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> list[str]:
    return [text for kind, text in re.findall(FENCE, README) if kind == language]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(shipped("data", "example", "swing.flac"), tmp_path / "song.flac")
    return tmp_path


def test_the_python_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = _blocks("python")
    exec(code, {})  # noqa: S102
    out = capsys.readouterr().out
    assert "genre/" in out
    assert "base rate" in out
    assert (here / "store" / "store.toml").is_file()


def test_the_sparql_answers(here: Path) -> None:
    (question,) = _blocks("sparql")
    with Tagger.open(here / "store") as tagger:
        tagger.tag(here / "song.flac")
    with Store.open(here / "store") as store:
        rows = list(store.query(question))  # type: ignore[arg-type]
    assert 1 <= len(rows) <= 10


def test_the_demo_output_is_real() -> None:
    from earmark.pipeline.demo import demo

    (shown,) = [block for block in _blocks("") if block.startswith("──")]
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        told = list(demo(Path(folder)))
    assert shown.strip() in told, "copy what `make demo` prints"


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parents[2] / target).exists(), target
