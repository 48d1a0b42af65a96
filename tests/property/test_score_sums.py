"""The reasons are the score, whatever was learnt and whatever is scored."""

import math
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.model import TagModel, fit_tags
from earmark.types import Array, Cluster, Table


@st.composite
def models(draw: st.DrawFn) -> tuple[TagModel, Array]:
    """A model of random data in random clusters, and values to score, some unknown."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    tracks, sizes = 60, draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    features = tuple(f"f{j}" for j in range(sum(sizes)))
    values = rng.standard_normal((tracks, len(features))) * 10.0 ** rng.integers(
        -6, 7, len(features)
    )
    multiclass = draw(st.booleans())
    ranked = rng.random((tracks, 3)).argsort(axis=1)
    values[rng.random(values.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    names = iter(features)
    clusters = tuple(
        Cluster(f"c{c}", f"c{c}", tuple(next(names) for _ in range(size)))
        for c, size in enumerate(sizes)
    )
    table = Table(
        name="random",
        tracks=tuple(map(str, range(tracks))),
        features=features,
        values=values,
        tags=("a", "b", "c"),
        labels=ranked == 0 if multiclass else ranked < 2,
        multiclass=multiclass,
        artists=("",) * tracks,
        splits=("train",) * tracks,
    )
    scored = values * draw(st.sampled_from([1.0, -3.0, 1e9]))
    return fit_tags(table, clusters, name="random", withhold=False), scored[:5]


def exact(number: float) -> Decimal:
    """The decimal a number is written as, which must have at most six places."""
    written = Decimal(repr(number))
    assert written == round(written, 6), number
    return written


@given(models())
@settings(max_examples=40, deadline=None)
def test_reasons_add_up_to_the_score_exactly(drawn: tuple[TagModel, Array]) -> None:
    model, values = drawn
    for track in model.scores(values):
        for score in track:
            parts = [exact(part.contribution) for part in score.contributions]
            assert exact(score.base_rate) + sum(parts) == exact(score.log_odds)
            for part in score.contributions:
                shares = [exact(share.share) for share in part.shares]
                assert sum(shares) == exact(part.contribution)


@given(models())
@settings(max_examples=40, deadline=None)
def test_scores_are_sane(drawn: tuple[TagModel, Array]) -> None:
    model, values = drawn
    for track, row in zip(model.scores(values), values, strict=True):
        shares = [share for part in track[0].contributions for share in part.shares]
        for share, value in zip(shares, row, strict=True):
            assert share.imputed == math.isnan(value)
            assert (share.percentile is None) == share.imputed
            assert share.percentile is None or 0 <= share.percentile <= 1
            assert not share.imputed or share.share == 0
        for score in track:
            exact(score.threshold), exact(score.low), exact(score.high)
            assert score.low <= score.log_odds <= score.high
            assert 0 <= score.probability <= 1
