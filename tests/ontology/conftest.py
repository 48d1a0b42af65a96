"""A store with two tagged tracks, small enough to know by heart."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from earmark.graph import Store, build
from earmark.types import (
    Cluster,
    Contribution,
    Decision,
    Heard,
    ModelDescription,
    Observation,
    Run,
    Share,
    Table,
    TagScore,
)
from earmark.vocab import VERSION

BRIGHTNESS = ("spectral_centroid", "spectral_rolloff", "spectral_spread", "zero_crossing_rate")
CLUSTERS = (
    Cluster("brightness", "brightness", BRIGHTNESS),
    Cluster("pulse", "pulse", ("onset_rate", "tempo")),
)
TAGS = ("genre/jazz", "genre/metal")
FEATURES = tuple(feature for cluster in CLUSTERS for feature in cluster.features)
VALUES: dict[str, dict[str, float | None]] = {
    "swing": dict(zip(FEATURES, (1500.5, 3200.0, 1100.0, 0.06, 3.25, 132.0), strict=True)),
    # Nobody can tell the tempo of a drone.
    "drone": dict(zip(FEATURES, (220.0, 440.0, 90.0, 0.01, 0.1, None), strict=True)),
}
SHARES = {
    ("swing", "genre/jazz"): (0.5, 0.25, -0.125, 0.0625, 1.0, 0.75),
    ("swing", "genre/metal"): (-1.0, -0.5, -0.25, -0.125, -0.75, 0.25),
    ("drone", "genre/jazz"): (-0.25, 0.125, 0.0, 0.0, -0.5, 0.0),
    ("drone", "genre/metal"): (-0.75, -0.5, -0.125, 0.25, -1.0, 0.0),
}
BASE_RATE = -0.5

MODEL = ModelDescription(
    name="genres",
    digest="ab12" * 16,
    multiclass=False,
    clusters=CLUSTERS,
    tags=TAGS,
    procedures={feature: f"{feature}/1" for feature in FEATURES},
    weights={(cluster.notation, tag): 0.5 for cluster in CLUSTERS for tag in TAGS},
    percentiles={feature: tuple(float(i) for i in range(101)) for feature in FEATURES},
    trained_on="the dataset genres",
    licence="CC0-1.0",
)
RUN = Run("0.1.0", "5d0c1e2f", MODEL.id, VERSION)


def heard(track: str) -> Heard:
    observations = tuple(
        Observation(feature, value, 0.0, 30.0, f"{feature}/1", "" if value else "no beat is clear")
        for feature, value in VALUES[track].items()
    )
    return Heard(track, 30.0, RUN.features, observations)


def score(track: str, tag: str) -> TagScore:
    shares = dict(zip(FEATURES, SHARES[track, tag], strict=True))
    parts = []
    for cluster in CLUSTERS:
        known = VALUES[track]
        of_cluster = tuple(
            Share(f, known[f], shares[f], None if known[f] is None else 0.75)
            for f in cluster.features
        )
        parts.append(Contribution(cluster.notation, sum(s.share for s in of_cluster), of_cluster))
    log_odds = BASE_RATE + sum(part.contribution for part in parts)
    return TagScore(
        tag=tag,
        log_odds=log_odds,
        probability=round(float(1 / (1 + np.exp(-log_odds))), 6),
        low=log_odds - 0.5,
        high=log_odds + 0.5,
        threshold=0.25,
        decision=Decision.ACCEPTED if log_odds >= 0.25 else Decision.REJECTED,
        base_rate=BASE_RATE,
        contributions=tuple(parts),
    )


TABLE = Table(
    name="genres",
    tracks=("b side", "a/1"),
    features=("tempo", "loudness_of_my_own"),
    values=np.array([[96.5, np.nan], [120.25, -7.5]]),
    tags=("genre/rock", "mood/odd"),
    labels=np.array([[True, False], [True, True]]),
    multiclass=False,
    artists=("", "An Artist"),
    splits=("train", "test"),
    procedures={"tempo": "tempo/1", "loudness_of_my_own": "genres:loudness_of_my_own"},
    licence="CC0-1.0",
    source="made up",
)


@pytest.fixture
def store() -> Store:
    made = Store.memory("https://example.org/id/")
    names = made.names
    made.replace(build.model(names, MODEL) | build.dataset(names, TABLE))
    made.extend(build.run(names, RUN))
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    made.extend(build.execution(names, RUN, list(VALUES), started=noon, ended=noon))
    for track in VALUES:
        scores = [score(track, tag) for tag in TAGS]
        made.replace(build.track(names, heard(track)))
        made.replace(build.tags(names, heard(track), scores, RUN))
    for row in ("b side", "a/1"):
        known = Heard(build.row_track("genres", row), float("nan"), "00000000", ())
        made.replace(build.track(names, known))
    return made


@pytest.fixture(scope="session")
def build_example() -> Callable[[], Store]:
    """Builds the store of ``example.py``: three tracks, two runs, people, chords."""
    path = Path(__file__).with_name("example.py")
    spec = importlib.util.spec_from_file_location("example", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Callable[[], Store] = module.store
    return made


@pytest.fixture(scope="session")
def example(build_example: Callable[[], Store]) -> Store:
    """The example, for tests that only ask it."""
    return build_example()
