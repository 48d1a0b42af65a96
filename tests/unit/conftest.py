"""Tables whose truth is known, for tests that train."""

from collections.abc import Callable

import numpy as np
import pytest

from earmark.types import Cluster, Table

CLUSTERS = (
    Cluster("brightness", "brightness", ("spectral_centroid", "spectral_rolloff")),
    Cluster("pulse", "pulse", ("tempo",)),
    Cluster("idle", "idle", ("hum", "hiss")),
)


@pytest.fixture(scope="session")
def clusters() -> tuple[Cluster, ...]:
    """Three clusters, of which the last tells nothing of any tag."""
    return CLUSTERS


@pytest.fixture(scope="session")
def planted() -> Callable[..., Table]:
    """Make a table in which bright tracks are metal and fast tracks are dance."""

    def make(tracks: int = 300, *, multiclass: bool = False, seed: int = 0) -> Table:
        rng = np.random.default_rng(seed)
        features = tuple(feature for cluster in CLUSTERS for feature in cluster.features)
        values = rng.standard_normal((tracks, len(features)))
        bright, fast = values[:, 0] + values[:, 1], values[:, 2]
        noise = rng.logistic(size=(tracks, 3))
        scores = np.column_stack([2 * bright, 3 * fast, -bright - fast]) + noise
        labels = scores > 1
        if multiclass:
            labels = scores.argmax(axis=1)[:, None] == np.arange(3)
        return Table(
            name="planted",
            tracks=tuple(f"planted/{n}" for n in range(tracks)),
            features=features,
            values=values * [500, 1000, 30, 1, 1] + [2000, 4000, 120, 0, 0],
            tags=("genre/metal", "genre/dance", "mood/calm"),
            labels=labels,
            multiclass=multiclass,
            artists=tuple(f"artist {n // 3}" if n % 5 else "" for n in range(tracks)),
            splits=tuple("test" if n % 4 == 0 else "train" for n in range(tracks)),
            procedures={feature: f"{feature}/1" for feature in features},
            licence="CC0-1.0",
        )

    return make
