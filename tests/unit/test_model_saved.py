import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark.errors import ModelError
from earmark.model import TagModel, fit_tags, load, save
from earmark.types import Cluster, Table

Planted = Callable[..., Table]


@pytest.fixture(scope="module")
def model(planted: Planted, clusters: tuple[Cluster, ...]) -> TagModel:
    return fit_tags(planted(), clusters, name="m")


@pytest.fixture
def folder(model: TagModel, tmp_path: Path) -> Path:
    save(model, tmp_path / "models" / "m")
    return tmp_path / "models" / "m"


def weights_of(folder: Path) -> Path:
    (found,) = folder.glob("weights-*.npz")
    return found


def test_a_model_read_back_is_the_same_bit_for_bit(
    model: TagModel, folder: Path, planted: Planted
) -> None:
    again, values = load(folder), planted(300, seed=3).values
    assert again.digest == model.digest
    assert again.scores(values) == model.scores(values)
    assert again.description() == model.description()


def test_a_multiclass_model_is_read_back(
    planted: Planted, clusters: tuple[Cluster, ...], tmp_path: Path
) -> None:
    model = fit_tags(planted(multiclass=True), clusters, name="m")
    save(model, tmp_path)
    assert load(tmp_path).scores(planted(5).values) == model.scores(planted(5).values)


def test_saving_twice_writes_the_same_bytes(model: TagModel, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    save(model, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_new_model_takes_the_place_of_the_old_and_leaves_the_rest(
    planted: Planted, clusters: tuple[Cluster, ...], folder: Path
) -> None:
    (folder / "LICENSE").write_text("CC0")
    other = fit_tags(planted(seed=5), clusters, name="other")
    save(other, folder)
    assert load(folder).digest == other.digest
    assert sorted(path.suffix for path in folder.iterdir()) == ["", ".json", ".npz"]


def test_a_crash_while_saving_leaves_the_old_model(
    planted: Planted,
    clusters: tuple[Cluster, ...],
    folder: Path,
    model: TagModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replace = Path.replace

    def fails_on_the_manifest(self: Path, target: Path) -> Path:
        if target.name == "model.json":
            raise OSError("no space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails_on_the_manifest)
    with pytest.raises(OSError, match="no space left"):
        save(fit_tags(planted(seed=5), clusters, name="other"), folder)
    assert load(folder).digest == model.digest
    assert {path.suffix for path in folder.iterdir()} == {".json", ".npz"}


def test_the_manifest_says_what_a_reader_wants_to_know(folder: Path) -> None:
    manifest = json.loads((folder / "model.json").read_text())
    assert manifest["procedures"]["tempo"] == "tempo/1"
    assert manifest["dataset"] == "planted"
    assert manifest["licence"] == "CC0-1.0"
    assert manifest["tags"] == ["genre/metal", "genre/dance", "mood/calm"]
    assert manifest["clusters"][1] == {"notation": "pulse", "label": "pulse", "features": ["tempo"]}


def refused(folder: Path, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        load(folder)


def test_missing_files_are_named(folder: Path, tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "model.json is missing")
    weights_of(folder).unlink()
    refused(folder, r"weights-\w{8}.npz is missing")


def test_a_changed_byte_or_a_truncated_file_is_noticed(folder: Path) -> None:
    weights = weights_of(folder)
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-100])
    refused(folder, "is not the file that was saved")
    weights.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    refused(folder, "is not the file that was saved")


def edited(folder: Path, **changes: Any) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "other"}, "was changed after it was saved"),
        ({"tags": ["genre/metal", "genre/dance", "mood/sad"]}, "was changed after it was saved"),
        ({"digest": "0" * 64}, "was changed after it was saved"),
        ({"tags": ["genre/metal"]}, "should have shape"),
        ({"tags": [1, 2, 3]}, "should be texts"),
        ({"clusters": []}, "should have shape"),
        ({"clusters": None}, "is damaged"),
        ({"weights_sha256": "../../etc/passwd"}, "is damaged"),
        ({"format": 99}, "has format 99, this Earmark reads 1: update Earmark"),
    ],
)
def test_an_edited_manifest_is_refused(folder: Path, change: dict[str, Any], sentence: str) -> None:
    edited(folder, **change)
    refused(folder, sentence)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "\x00", "[" * 100_000])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "model.json").write_text(text)
    refused(folder, "is damaged")


def repacked(folder: Path, members: dict[str, bytes]) -> None:
    """Put another array file in place, with a manifest that vouches for it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    sha = hashlib.sha256(packed.getvalue()).hexdigest()
    weights_of(folder).unlink()
    (folder / f"weights-{sha[:8]}.npz").write_bytes(packed.getvalue())
    edited(folder, weights_sha256=sha)


def npy(array: Any, *, allow_pickle: bool = False) -> bytes:
    written = io.BytesIO()
    np.lib.format.write_array(written, np.asarray(array), allow_pickle=allow_pickle)
    return written.getvalue()


def test_arrays_that_promise_another_shape_are_not_read(folder: Path) -> None:
    with zipfile.ZipFile(weights_of(folder)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    bomb = npy(np.zeros((1, 5))).replace(b"(1, 5), ", b"(9999999, 5), ")
    for wrong in (bomb, npy(np.zeros((101, 5), np.float32)), b"not an array", npy(np.zeros(3))):
        repacked(folder, members | {"percentiles.npy": wrong})
        refused(folder, "is damaged")


def test_numbers_that_are_none_are_refused(folder: Path, model: TagModel) -> None:
    with zipfile.ZipFile(weights_of(folder)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for wrong in (np.nan, np.inf):
        slopes = np.full_like(model.slopes, wrong)
        repacked(folder, members | {"slopes.npy": npy(slopes)})
        edited(folder, digest=replace(model, slopes=slopes).digest)
        refused(folder, "slopes holds NaN or infinite numbers")


def test_pickles_are_never_opened(folder: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (tmp_path / "exploded",)  # type: ignore[return-value]

    with zipfile.ZipFile(weights_of(folder)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    pickled = npy(np.array([Bomb()], dtype=object), allow_pickle=True)
    repacked(folder, members | {"slopes.npy": pickled})
    refused(folder, "is damaged")
    assert not (tmp_path / "exploded").exists()
