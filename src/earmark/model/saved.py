"""Keeps models in folders: a JSON manifest beside an array file, no pickle."""

import hashlib
import io
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from earmark.errors import ModelError
from earmark.types import Array, Cluster
from earmark.version import __version__

from .basis import BASES, Basis
from .tag_model import TagModel

_FORMAT = 1
_MANIFEST = "model.json"
# What reading a file that is not as it was written can raise.
_DAMAGE = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError),
    *(RecursionError, zipfile.BadZipFile),
)


def save(model: TagModel, folder: Path) -> None:
    """Write the model into a folder, all or nothing.

    The arrays go into a file named by their digest; the manifest that names it is
    replaced last, so that whoever reads meanwhile, or after a crash, finds the old
    model or the new one whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **model.arrays())
    sha = hashlib.sha256(packed.getvalue()).hexdigest()
    manifest = {
        "format": _FORMAT,
        "earmark": __version__,
        "digest": model.digest,
        "weights_sha256": sha,
        **model.facts(),
    }
    weights = _weights_file(folder, sha)
    _replace(weights, packed.getvalue())
    _replace(folder / _MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    for stale in set(folder.glob("weights-*.npz")) - {weights}:
        stale.unlink()


def load(folder: Path) -> TagModel:
    """Read a model back, bit for bit; anything but what was saved is refused."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != _FORMAT:
            raise ModelError(
                f"model folder {folder} has format {manifest['format']}, this Earmark reads "
                f"{_FORMAT}: update Earmark, or train the model again"
            )
        model = _assembled(manifest, _weights_file(folder, manifest["weights_sha256"]))
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing: {folder} holds no whole model") from None
    except _DAMAGE as error:
        raise ModelError(
            f"model folder {folder} is damaged ({error}): fetch or train the model again"
        ) from error
    if model.digest != manifest["digest"]:
        raise ModelError(
            f"model folder {folder} was changed after it was saved, its digest is not that of "
            "its manifest: fetch or train the model again"
        )
    return model


def _assembled(manifest: Mapping[str, Any], weights: Path) -> TagModel:
    clusters = tuple(
        Cluster(cluster["notation"], cluster["label"], _texts(cluster["features"]))
        for cluster in manifest["clusters"]
    )
    tags = _texts(manifest["tags"])
    shapes = _shapes(
        C=len(clusters),
        F=sum(len(cluster.features) for cluster in clusters),
        T=len(tags),
        thresholds=0 if manifest["multiclass"] else len(tags),
    )
    packed = weights.read_bytes()
    if hashlib.sha256(packed).hexdigest() != manifest["weights_sha256"]:
        raise ValueError(f"{weights.name} is not the file that was saved")
    arrays = _unpacked(packed, shapes)
    basis = Basis(*(arrays.pop(f.name) for f in fields(Basis)))
    return TagModel(
        name=manifest["name"],
        dataset=manifest["dataset"],
        licence=manifest["licence"],
        seed=manifest["seed"],
        multiclass=manifest["multiclass"],
        clusters=clusters,
        tags=tags,
        procedures=manifest["procedures"],
        remarks=_texts(manifest["remarks"]),
        basis=basis,
        **arrays,
    )


def _shapes(*, C: int, F: int, T: int, thresholds: int) -> dict[str, tuple[int, ...]]:
    """The shape of every array of a model of C clusters, F features and T tags."""
    B = len(BASES)
    return {
        "percentiles": (101, F),
        "mean": (F,),
        "deviation": (F,),
        "centre": (F, B),
        "weights": (F, B, T),
        "covariance": (F * B, F * B),
        "slopes": (T,),
        "base_rates": (T,),
        "thresholds": (thresholds,),
        "share_deviations": (F, T),
        "cluster_deviations": (C, T),
    }


def _unpacked(packed: bytes, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """The named arrays; none is read before its header promises the right shape."""
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name, shape in shapes.items():
            with archive.open(f"{name}.npy") as member:
                if np.lib.format.read_magic(member) != (1, 0):
                    raise ValueError(f"{name} is in an unknown version of the npy format")
                header = np.lib.format.read_array_header_1_0(member)
                if header != (shape, False, np.dtype("<f8")):
                    raise ValueError(f"{name} should have shape {shape}, its header has {header}")
                values = np.frombuffer(member.read(8 * math.prod(shape)), "<f8")
                if not np.isfinite(values).all():
                    raise ValueError(f"{name} holds NaN or infinite numbers")
                arrays[name] = values.reshape(shape).astype(np.float64)
    return arrays


def _texts(values: Any) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"{values!r} should be texts")
    return tuple(values)


def _weights_file(folder: Path, sha256: str) -> Path:
    return folder / f"weights-{bytes.fromhex(sha256)[:4].hex()}.npz"


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place at once: it never exists in part."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        written = Path(file.name)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        written.chmod(0o644)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
