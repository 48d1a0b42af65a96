"""Scores tracks for tags, each score the sum of what every cluster adds."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from earmark.errors import ModelError
from earmark.types import Array, Cluster, ModelDescription, TagScore

from .admission import chosen
from .basis import BASES, Basis
from .judgement import NINETY_PERCENT, Millionths, Weighed, in_millionths, judgements

# Tracks weighed at once: shares of 60 features for 180 tags then take 20 MB.
_BLOCK = 256


@dataclass(frozen=True, eq=False)
class TagModel:
    """Weights of clusters of features, for several tags.

    The log-odds of a tag are its base rate, which a track has whose features all sit
    at the training mean, plus a share per feature. A share is the feature's Shapley
    value against that mean; as the score is additive, this is the slope times the sum
    of weight times centred column over the feature's bases.

    Attributes
    ----------
    name, dataset, licence, seed
        What the model is called, what it learnt from, and under which terms.
    multiclass
        Whether each track has exactly one of the tags.
    clusters
        Their features, in order, are the columns of the values to score.
    tags
        Notations of the tags the model offers.
    procedures
        How each feature was measured, as ``notation/version``.
    remarks
        Sentences about what training left out, and why.
    basis
        What turns features into centred columns.
    weights
        Posterior mean, features x bases x tags, for labels of unit variance.
    covariance
        Posterior covariance of the weights of any one tag, columns x columns; the
        columns are features x bases, row by row.
    slopes, base_rates
        What turns the weighed sum into log-odds; base rates have six decimals.
    thresholds
        Least log-odds accepted, with six decimals; empty in a multiclass model.
    share_deviations, cluster_deviations
        Standard deviation over the training tracks of each share (features x tags)
        and contribution (clusters x tags), in log-odds.
    """

    name: str
    dataset: str
    licence: str
    seed: int
    multiclass: bool
    clusters: tuple[Cluster, ...]
    tags: tuple[str, ...]
    procedures: Mapping[str, str]
    remarks: tuple[str, ...]
    basis: Basis
    weights: Array
    covariance: Array
    slopes: Array
    base_rates: Array
    thresholds: Array
    share_deviations: Array
    cluster_deviations: Array

    def __post_init__(self) -> None:
        # The same numbers in another order of memory can add up to other bits.
        for name, array in vars(self).items():
            if isinstance(array, np.ndarray):
                object.__setattr__(self, name, np.ascontiguousarray(array))

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The features weighed, in the order of the columns of values."""
        return tuple(feature for cluster in self.clusters for feature in cluster.features)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the model is, in hex: equal training, equal digest."""
        total = hashlib.sha256(json.dumps(self.facts(), sort_keys=True).encode())
        for name, array in sorted(self.arrays().items()):
            total.update(f"{name} {array.shape}".encode())
            total.update(array.astype("<f8").tobytes())
        return total.hexdigest()

    def facts(self) -> dict[str, Any]:
        """All of the model that is not an array, ready for JSON."""
        return {
            "name": self.name,
            "dataset": self.dataset,
            "licence": self.licence,
            "seed": self.seed,
            "multiclass": self.multiclass,
            "clusters": [asdict(cluster) for cluster in self.clusters],
            "tags": self.tags,
            "procedures": dict(self.procedures),
            "remarks": self.remarks,
        }

    def arrays(self) -> dict[str, Array]:
        """All arrays of the model by name."""
        own = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        basis = {f.name: getattr(self.basis, f.name) for f in fields(self.basis)}
        return {name: np.ascontiguousarray(array) for name, array in (own | basis).items()}

    def check_procedures(self, procedures: Mapping[str, str]) -> None:
        """Refuse features that were measured in another way than the model learnt.

        Features that the caller lacks are no matter: they will sit at their mean.
        """
        other = [
            f"{feature} ({procedures[feature]} here, {mine} in the model)"
            for feature, mine in self.procedures.items()
            if procedures.get(feature, mine) != mine
        ]
        if other:
            raise ModelError(
                f"model {self.name!r} learnt from features measured differently: "
                f"{', '.join(other)}; use a model trained on these procedures, or train one"
            )

    def log_odds(self, values: Array) -> Array:
        """Log-odds of every tag, tracks x tags, without the reasons.

        Values are tracks x ``features``, NaN where unknown. The numbers equal those of
        ``scores``, which costs far more.
        """
        totals = [self._totals(self._shares(block)) for block in self._blocks(values)]
        return np.concatenate(totals) / 1e6 if totals else np.empty((0, len(self.tags)))

    def probabilities(self, log_odds: Array) -> Array:
        """How likely each tag is, by logistic, or by softmax in a multiclass model."""
        return np.asarray(softmax(log_odds, axis=1) if self.multiclass else expit(log_odds))

    def scores(self, values: Array) -> list[tuple[TagScore, ...]]:
        """Every track's judgement of every tag, with all reasons.

        Values are tracks x ``features``, NaN where unknown. The interval of 90 %
        covers what the data leave open about the weights, and for unknown values what
        their shares vary over the training tracks; it takes the calibration as exact.
        """
        return [scored for block in self._blocks(values) for scored in self._judge(block)]

    def description(self) -> ModelDescription:
        """What the graph needs to know of the model."""
        return ModelDescription(
            name=self.name,
            digest=self.digest,
            multiclass=self.multiclass,
            clusters=self.clusters,
            tags=self.tags,
            procedures=self.procedures,
            weights={
                (cluster.notation, tag): float(self.cluster_deviations[c, t])
                for c, cluster in enumerate(self.clusters)
                for t, tag in enumerate(self.tags)
            },
            percentiles=dict(
                zip(self.features, map(tuple, self.basis.percentiles.T.tolist()), strict=True)
            ),
            trained_on=self.dataset,
            licence=self.licence,
        )

    def only(self, keep: NDArray[np.bool_]) -> "TagModel":
        """The same model offering only the tags that a mask keeps."""
        return replace(
            self,
            tags=chosen(self.tags, keep),
            weights=self.weights[:, :, keep],
            slopes=self.slopes[keep],
            base_rates=self.base_rates[keep],
            thresholds=self.thresholds[keep] if len(self.thresholds) else self.thresholds,
            share_deviations=self.share_deviations[:, keep],
            cluster_deviations=self.cluster_deviations[:, keep],
        )

    def _blocks(self, values: Array) -> Iterator[Array]:
        if values.ndim != 2 or values.shape[1] != len(self.features):
            raise ModelError(
                f"model {self.name!r} scores tracks x {len(self.features)} features; "
                f"these values are {' x '.join(map(str, values.shape))}: bring them in the "
                "order of its features, NaN where unknown"
            )
        if np.isinf(values).any():
            feature = self.features[np.isinf(values).any(axis=0).argmax()]
            raise ModelError(f"a value of {feature!r} is infinite: give NaN where it is unknown")
        for start in range(0, len(values), _BLOCK):
            yield values[start : start + _BLOCK]

    def _shares(self, values: Array) -> Millionths:
        """Tracks x features x tags, in whole millionths, which add up exactly."""
        columns, effects = self.basis.expand(values), self.weights * self.slopes
        # Basis by basis, as a matrix product may round by how many tracks are in it.
        parts = (columns[:, :, b, None] * effects[:, b] for b in range(len(BASES)))
        return in_millionths(reduce(np.add, parts))

    def _contributions(self, shares: Millionths) -> Millionths:
        """Tracks x clusters x tags."""
        sizes = [len(cluster.features) for cluster in self.clusters]
        starts = np.cumsum([0, *sizes[:-1]])
        return np.asarray(np.add.reduceat(shares, starts, axis=1))

    def _totals(self, shares: Millionths) -> Millionths:
        """Log-odds, tracks x tags."""
        return np.asarray(in_millionths(self.base_rates) + shares.sum(axis=1), np.int64)

    def _half_widths(self, values: Array) -> Millionths:
        """Half of the 90 % interval of the log-odds, tracks x tags."""
        columns = self.basis.expand(values).reshape(len(values), -1)
        open_weights = ((columns @ self.covariance) * columns).sum(axis=1, keepdims=True)
        unknown = np.isnan(values) @ self.share_deviations**2
        variance = np.maximum(open_weights, 0) * self.slopes**2 + unknown
        return in_millionths(NINETY_PERCENT * np.sqrt(variance))

    def _thresholds(self, log_odds: Millionths) -> Millionths:
        """What each tag must reach: in a multiclass model the best of the others."""
        if not self.multiclass:
            return np.broadcast_to(in_millionths(self.thresholds), log_odds.shape)
        ranked = np.sort(log_odds, axis=1)
        best, second = ranked[:, -1:], ranked[:, -2:-1]
        return np.where(log_odds == best, second, best)

    def _judge(self, values: Array) -> Iterator[tuple[TagScore, ...]]:
        shares = self._shares(values)
        log_odds = self._totals(shares)
        return judgements(
            Weighed(
                values=values,
                ranks=self.basis.rank(values),
                shares=shares,
                contributions=self._contributions(shares),
                log_odds=log_odds,
                half_widths=self._half_widths(values),
                thresholds=self._thresholds(log_odds),
                probabilities=self.probabilities(log_odds / 1e6),
            ),
            base_rates=self.base_rates.tolist(),
            clusters=self.clusters,
            tags=self.tags,
        )
