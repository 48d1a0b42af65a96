"""Models are found by name, and a damaged one does not hide the others."""

import json
import shutil
from pathlib import Path

import pytest

from earmark.errors import EarmarkError, ModelError
from earmark.pipeline import models
from earmark.resources import data_home, shipped


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models, with a copy of the shipped one in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    mine = tmp_path / "earmark" / "models" / "mine"
    shutil.copytree(shipped("data", "models", models.DEFAULT), mine)
    return mine


@pytest.mark.usefixtures("own")
def test_shipped_models_and_the_users_own_are_listed() -> None:
    assert {card.name for card in models.available()} >= {"mine", models.DEFAULT}


def test_the_users_own_takes_a_shipped_name(own: Path) -> None:
    taken = own.rename(own.with_name(models.DEFAULT))
    assert [card.folder for card in models.available() if card.name == models.DEFAULT] == [taken]


@pytest.mark.parametrize("manifest", ["", "[]", "null", "{}", "\xff", "[" * 100_000])
def test_a_damaged_model_is_named_and_left_out(
    own: Path, manifest: str, caplog: pytest.LogCaptureFixture
) -> None:
    digest = json.loads((own / "model.json").read_text("utf-8"))["digest"]
    (own / "model.json").write_bytes(manifest.encode("latin-1"))
    assert "mine" not in {card.name for card in models.available()}
    assert f"model folder {own} is damaged" in caplog.text
    assert models.with_digest(digest).digest == digest
    with pytest.raises(ModelError, match=f"one of .*{models.DEFAULT}"):
        models.open_model("nowhere")


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(EarmarkError, match="set HOME or XDG_DATA_HOME"):
        data_home()
