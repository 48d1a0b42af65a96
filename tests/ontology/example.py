"""A store to ask questions of: three tracks, two runs, two people, one dataset, some chords."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from earmark.graph import Store, build, rules
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

BASE = "https://example.org/id/"
CLUSTERS = (
    Cluster(
        "brightness",
        "brightness",
        ("spectral_centroid", "spectral_rolloff", "spectral_spread", "zero_crossing_rate"),
    ),
    Cluster("pulse", "pulse", ("onset_rate", "tempo")),
)
FEATURES = tuple(feature for cluster in CLUSTERS for feature in cluster.features)
# The fourth is a tag of the user's own.
TAGS = ("genre/jazz", "mood/calm", "mood/energetic", "mood/drowsy", "mood/fast", "mood/meditative")
# The value of each feature, and the part of the training tracks that lies below it.
VALUES: dict[str, tuple[float | None, ...]] = {
    "swing": (1500.5, 3200.0, 1100.0, 0.06, 3.25, 132.0),
    # Nobody can tell the tempo of a drone.
    "drone": (220.0, 440.0, 90.0, 0.01, 0.1, None),
}
PERCENTILES = {
    "swing": (0.75, 0.5, 0.25, 0.5, 0.99, 0.625),
    "drone": (0.01, 0.25, 0.125, 0.5, 0.02, None),
}
BASE_RATE, THRESHOLD = -0.5, 0.25

OLD = ModelDescription(
    name="genres",
    digest="ab12" * 16,
    multiclass=False,
    clusters=CLUSTERS,
    tags=TAGS,
    procedures={feature: f"{feature}/1" for feature in FEATURES},
    weights={(c.notation, tag): 0.5 for c in CLUSTERS for tag in TAGS},
    percentiles={feature: tuple(float(i) for i in range(101)) for feature in FEATURES},
    trained_on="the dataset genres",
    licence="CC0-1.0",
)
NEW = ModelDescription(
    name="moods",
    digest="cd34" * 16,
    multiclass=False,
    clusters=CLUSTERS,
    tags=(*TAGS, "mood/slow"),
    procedures=OLD.procedures,
    weights={(c.notation, tag): 0.25 for c in CLUSTERS for tag in TAGS}
    | {("pulse", "mood/fast"): 1.5},
    percentiles=OLD.percentiles,
    trained_on="the datasets genres and moods",
    licence="CC-BY-NC-SA-4.0",
)
BEFORE = Run("0.1.0", "5d0c1e2f", OLD.id, VERSION)
NOW = Run("0.1.0", "5d0c1e2f", NEW.id, VERSION)

# What each run's shares were, in the order of the features.
SHARES: dict[tuple[str, str], dict[str, tuple[float, ...]]] = {
    ("swing", BEFORE.id): {
        "genre/jazz": (0.5, 0.25, -0.125, 0.0625, 1.0, 0.75),
        "mood/calm": (-0.25, -0.125, 0.0, 0.0, -0.5, 0.25),
        "mood/energetic": (0.25, 0.125, 0.0, 0.0, 0.5, 0.5),
        "mood/drowsy": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "mood/fast": (0.0, 0.0, 0.0, 0.0, 0.25, 0.25),
        "mood/meditative": (-0.5, -0.25, 0.0, 0.0, -0.5, -0.5),
    },
    ("swing", NOW.id): {
        "genre/jazz": (0.5, 0.5, 0.0, 0.0, 0.5, 0.5),
        "mood/calm": (0.5, 0.5, 0.25, 0.0, 0.0, 0.0),
        "mood/energetic": (0.0, 0.0, 0.0, 0.0, 0.25, 0.25),
        "mood/drowsy": (0.0, 0.0, 0.0, 0.0, 1.0, 0.5),
        "mood/fast": (0.0, 0.0, 0.0, 0.0, 1.25, 0.25),
        "mood/meditative": (-0.25, -0.25, 0.0, 0.0, -0.5, -0.5),
    },
    ("drone", BEFORE.id): {
        "genre/jazz": (-0.25, 0.125, 0.0, 0.0, -0.5, 0.0),
        "mood/calm": (0.125, 0.125, 0.0, 0.0, 1.25, 0.0),
        "mood/energetic": (1.0, 0.5, 0.25, 0.0, -0.25, 0.0),
        "mood/drowsy": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "mood/fast": (-0.25, 0.0, 0.0, 0.0, -1.0, 0.0),
        "mood/meditative": (0.75, 0.25, 0.0, 0.0, 0.25, 0.0),
    },
}

TABLE = Table(
    name="genres",
    tracks=("waltz",),
    features=("tempo", "loudness_of_my_own"),
    values=np.array([[96.5, np.nan]]),
    tags=("genre/classical", "mood/odd"),
    labels=np.array([[True, True]]),
    multiclass=False,
    artists=("An Artist",),
    splits=("train",),
    procedures={"tempo": "tempo/1", "loudness_of_my_own": "genres:loudness_of_my_own"},
    licence="CC0-1.0",
    source="made up",
)


def heard(track: str) -> Heard:
    """What one listening to a track gave."""
    return Heard(
        track,
        30.0,
        NOW.features,
        tuple(
            Observation(name, value, 0.0, 30.0, f"{name}/1", "" if value else "no beat is clear")
            for name, value in zip(FEATURES, VALUES[track], strict=True)
        ),
    )


def score(track: str, tag: str, shares: tuple[float, ...]) -> TagScore:
    """The score of a tag that these shares make."""
    facts = zip(FEATURES, VALUES[track], shares, PERCENTILES[track], strict=True)
    by_feature = {name: Share(name, value, share, rank) for name, value, share, rank in facts}
    parts = []
    for cluster in CLUSTERS:
        inside = tuple(by_feature[feature] for feature in cluster.features)
        parts.append(Contribution(cluster.notation, sum(s.share for s in inside), inside))
    log_odds = BASE_RATE + sum(part.contribution for part in parts)
    return TagScore(
        tag=tag,
        log_odds=log_odds,
        probability=round(float(1 / (1 + np.exp(-log_odds))), 6),
        low=log_odds - 0.5,
        high=log_odds + 0.5,
        threshold=THRESHOLD,
        decision=Decision.ACCEPTED if log_odds >= THRESHOLD else Decision.REJECTED,
        base_rate=BASE_RATE,
        contributions=tuple(parts),
    )


def store() -> Store:
    """The example: swing was tagged by both runs, drone by the older one, waltz by none."""
    made = Store.memory(BASE)
    names = made.names
    made.replace(build.model(names, OLD) | build.model(names, NEW) | build.dataset(names, TABLE))
    for run, tracks, hour in ((BEFORE, ("swing", "drone"), 9), (NOW, ("swing",), 12)):
        when = datetime(2026, 11, 20, hour, tzinfo=UTC)
        made.extend(build.run(names, run))
        made.extend(build.execution(names, run, tracks, started=when, ended=when))
        for track in tracks:
            scores = [score(track, tag, s) for tag, s in SHARES[track, run.id].items()]
            made.replace(build.track(names, heard(track)))
            made.replace(build.tags(names, heard(track), scores, run))
    waltz = Heard(build.row_track("genres", "waltz"), float("nan"), "00000000", ())
    made.replace(build.track(names, waltz))
    quads = ox.parse(path=Path(__file__).with_suffix(".trig"), format=ox.RdfFormat.TRIG)
    told: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        told.setdefault(quad.graph_name.value, []).append(quad.triple)
    made.extend(told)
    made.replace(rules.derive(made, ["swing", "drone"]))
    return made
