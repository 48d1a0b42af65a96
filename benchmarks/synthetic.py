"""Makes up tracks, heard and judged, that fill what the graph has room for.

60 features in 8 clusters are weighed for 183 tags, of which about eight in each track
are accepted. Only the numbers are made up: the triples are built as those of real tracks.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Triple

from earmark.graph import Names, authoring, build
from earmark.types import (
    Cluster,
    Concept,
    Contribution,
    Decision,
    Heard,
    ModelDescription,
    Observation,
    Run,
    Share,
    TagScore,
)
from earmark.vocab import VERSION

Graphs = dict[str, list[Triple]]

ASPECTS = (
    *("brightness", "roughness", "loudness", "pulse"),
    *("onsets", "tonality", "harmony", "melody"),
)
FEATURES = tuple(f"{ASPECTS[i % 8]}_{i // 8}" for i in range(60))
CLUSTERS = tuple(
    Cluster(aspect, aspect, tuple(f for f in FEATURES if f.startswith(aspect)))
    for aspect in ASPECTS
)
TAGS = tuple(islice((tag for tag in sorted(authoring.concepts("tags")) if "/" in tag), 183))
BASE_RATE = -2.7
SECONDS = 30.0
# No more chains than these are kept of one track.
NEAR = 12


def meanings() -> Mapping[str, Concept]:
    """What each feature means, at the length of a real definition."""
    return {
        feature: Concept(
            feature,
            feature.replace("_", " "),
            f"How much of the {feature.partition('_')[0]} there is, by measure {feature[-1]}",
            high=f"the {feature.partition('_')[0]} stands out",
            low=f"the {feature.partition('_')[0]} is hardly there",
        )
        for feature in FEATURES
    }


def described(seed: int) -> ModelDescription:
    """A model that was never trained."""
    rng = np.random.default_rng(seed)
    return ModelDescription(
        name="synthetic",
        digest=f"{seed:08x}" * 8,
        multiclass=False,
        clusters=CLUSTERS,
        tags=TAGS,
        procedures={feature: f"synthetic:{feature}" for feature in FEATURES},
        weights={(c.notation, tag): float(rng.random()) for c in CLUSTERS for tag in TAGS},
        percentiles={f: tuple(np.sort(rng.standard_normal(101)).tolist()) for f in FEATURES},
        trained_on="nothing",
        licence="CC0-1.0",
    )


class Catalogue:
    """Tracks by number; the same seed gives the same tracks, another seed other scores."""

    def __init__(self, names: Names, *, seed: int = 0) -> None:
        self.names = names
        self.model = described(seed)
        self.run = Run("0.1.0", "5d0c1e2f", self.model.id, VERSION)
        weights = np.random.default_rng([seed, 1]).standard_normal((len(FEATURES), len(TAGS)))
        self._weights = 0.2 * weights

    def shared(self) -> Graphs:
        """What all tracks speak of: the model, its concepts and the run."""
        noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
        graphs = build.model(self.names, self.model, meanings()) | build.run(self.names, self.run)
        done = build.execution(self.names, self.run, ["all"], started=noon, ended=noon)
        graphs[self.names.runs_graph] += done[self.names.runs_graph]
        return graphs

    def track(self, number: int, *, listening: int = 0) -> Graphs:
        """The graphs of one track, percepts and tags; another listening hears other values."""
        rng = np.random.default_rng([number, 2, listening])
        values = rng.standard_normal(len(FEATURES)).round(6)
        heard = self.heard(number, values.tolist())
        tags = build.tags(self.names, heard, self.scores(values), self.run)
        return build.track(self.names, heard) | tags

    def heard(self, number: int, values: Sequence[float]) -> Heard:
        """What was heard in a track."""
        observations = tuple(
            Observation(feature, value, 0.0, SECONDS, f"synthetic:{feature}")
            for feature, value in zip(FEATURES, values, strict=True)
        )
        return Heard(f"{number:020x}", SECONDS, self.run.features, observations)

    def scores(self, values: NDArray[np.float64]) -> list[TagScore]:
        """The judgement of all tags; those far from their thresholds without reasons."""
        shares = np.rint(values[:, None] * self._weights * 1e6).astype(np.int64)
        log_odds = (round(BASE_RATE * 1e6) + shares.sum(axis=0)) / 1e6
        near = set(np.argsort(-log_odds)[:NEAR].tolist())
        return [
            TagScore(
                tag=tag,
                log_odds=float(log_odds[t]),
                probability=round(float(1 / (1 + np.exp(-log_odds[t]))), 6),
                low=round(float(log_odds[t]) - 1.5, 6),
                high=round(float(log_odds[t]) + 1.5, 6),
                threshold=0.0,
                decision=Decision.ACCEPTED if log_odds[t] >= 0 else Decision.REJECTED,
                base_rate=BASE_RATE,
                contributions=tuple(_parts(values, shares[:, t])) if t in near else (),
            )
            for t, tag in enumerate(TAGS)
        ]


def _parts(values: NDArray[np.float64], shares: NDArray[np.int64]) -> Iterator[Contribution]:
    column = {feature: i for i, feature in enumerate(FEATURES)}
    for cluster in CLUSTERS:
        index = [column[feature] for feature in cluster.features]
        yield Contribution(
            cluster.notation,
            float(shares[index].sum() / 1e6),
            tuple(
                Share(FEATURES[i], float(values[i]), float(shares[i] / 1e6), round(i / 60, 4))
                for i in index
            ),
        )
