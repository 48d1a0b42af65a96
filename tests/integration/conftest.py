"""A store as `earmark tag` leaves it, made once."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.graph import Store
from earmark.pipeline.tagger import Tagger
from earmark.resources import shipped

BASE = "https://example.org/id/"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with two of the example clips in it; to be read only."""
    folder = tmp_path_factory.mktemp("demo") / "store"
    with Tagger.open(folder, base=BASE) as tagger:
        for clip in ("swing.flac", "riff.flac"):
            tagger.tag(shipped("data", "example", clip))
    return folder


@pytest.fixture
def exported(demo: Path, tmp_path: Path) -> Callable[[str], Path]:
    """The store in a file of the format that is asked for."""

    def write(style: str) -> Path:
        out = io.BytesIO()
        with Store.open(demo) as store:
            store.dump(out, style)
        file = tmp_path / f"exported.{style}"
        file.write_bytes(out.getvalue())
        return file

    return write
