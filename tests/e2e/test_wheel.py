"""The sdist makes a wheel that tags a file from an empty environment, outside the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _run(*command: str | Path, cwd: Path, home: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    place = clean | {"XDG_DATA_HOME": str(home)}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # Without flags, build makes the sdist first and the wheel from the sdist.
    _run(sys.executable, "-m", "build", "--outdir", out, ROOT, cwd=out, home=out)
    return next(out.glob("*.whl"))


def test_the_wheel_ships_what_it_needs_and_nothing_restricted(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("ontology/core.ttl", "queries/pipeline/why.rq", "data/models/gtzan/model.json"):
        assert f"earmark/_shipped/{needed}" in names
    models = {name.split("/")[4] for name in names if "_shipped/data/models/" in name}
    assert models == {"gtzan"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_tags_a_file(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", "venv", cwd=tmp_path, home=tmp_path)
    bin_ = tmp_path / "venv" / "bin"
    _run(bin_ / "pip", "install", "-q", wheel, cwd=tmp_path, home=tmp_path)
    assert "torch" not in _run(bin_ / "pip", "list", cwd=tmp_path, home=tmp_path)
    song = tmp_path / "song.flac"
    song.write_bytes((ROOT / "data/example/swing.flac").read_bytes())
    out = _run(bin_ / "earmark", "tag", song, "--format", "jsonl", cwd=tmp_path, home=tmp_path)
    row = json.loads(out)
    assert [tag["tag"] for tag in row["tags"] if tag["decision"] == "accepted"]
    why = _run(bin_ / "earmark", "explain", song, cwd=tmp_path, home=tmp_path)
    assert "base rate" in why
