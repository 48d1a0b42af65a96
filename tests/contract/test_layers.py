"""Each architecture contract bites: a forbidden import in a copy of the code fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = {
    "Data flows down, composition happens up": ("audio/breach.py", "import earmark.graph"),
    "An explanation uses only the graph": ("explain/breach.py", "import earmark.model"),
    "RDF stays behind the graph": ("semantics/breach.py", "import rdflib"),
    "Only the embedding imports neural libraries": ("graph/breach.py", "import torch"),
}


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    place = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        command, cwd=folder, env=place, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "_shipped")
    )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(copy: Path, contract: str) -> None:
    file, line = BREACHES[contract]
    (copy / "src/earmark" / file).write_text(f'"""A breach."""\n\n{line}\n')
    said = _lint(copy)
    assert said.returncode != 0
    assert f"{contract} BROKEN" in said.stdout, said.stdout


def test_a_package_without_a_layer_breaks_the_contract(copy: Path) -> None:
    (copy / "src/earmark/stray.py").write_text('"""A stray."""\n')
    said = _lint(copy)
    assert said.returncode != 0
    assert "stray" in said.stdout + said.stderr


def test_the_copy_itself_is_clean(copy: Path) -> None:
    said = _lint(copy)
    assert said.returncode == 0, said.stdout
