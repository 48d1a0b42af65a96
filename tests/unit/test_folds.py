from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from earmark.errors import ModelError
from earmark.model.folds import artist_folds, artist_groups
from earmark.types import Table

Planted = Callable[..., Table]


def test_no_artist_is_in_two_folds(planted: Planted) -> None:
    table = planted()
    folds = artist_folds(table, 5)
    for artist in set(table.artists) - {""}:
        numbers = {folds.number[n] for n, name in enumerate(table.artists) if name == artist}
        assert len(numbers) == 1, artist


def test_unknown_artists_are_groups_of_their_own_and_counted(planted: Planted) -> None:
    table = planted()
    folds = artist_folds(table, 5)
    assert folds.unknown == table.artists.count("") == 60
    assert folds.artists == len(set(table.artists)) - 1
    assert folds.groups == folds.artists + folds.unknown


def test_twins_share_a_fold_whoever_made_them(planted: Planted) -> None:
    table = planted()
    values = table.values.copy()
    values[200:220] = values[:20] * (1 + 1e-9)
    values[:20, 3] = values[200:220, 3] = np.nan
    folds = artist_folds(replace(table, values=values), 5)
    assert (folds.number[:20] == folds.number[200:220]).all()
    assert (artist_folds(table, 5).number[:20] != folds.number[:20]).any()


def test_tracks_without_any_value_are_not_twins(planted: Planted) -> None:
    table = planted(20)
    table = replace(table, values=np.full_like(table.values, np.nan), artists=("",) * 20)
    assert artist_groups(table).max() == 19


def test_folds_hold_out_each_track_once_and_are_even(planted: Planted) -> None:
    folds = artist_folds(planted(), 7)
    held = np.array([held for _, held in folds])
    assert (held.sum(axis=0) == 1).all()
    assert np.ptp(held.sum(axis=1)) <= 3, held.sum(axis=1)
    for others, held_out in folds:
        assert (others != held_out).all()


def test_folds_follow_the_seed_alone(planted: Planted) -> None:
    table = planted()
    assert (artist_folds(table, 5).number == artist_folds(table, 5).number).all()
    assert (artist_folds(table, 5).number != artist_folds(table, 5, seed=1).number).any()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_more_folds_than_groups_are_refused(planted: Planted, count: int) -> None:
    table = replace(planted(10), artists=("a",) * 5 + ("b",) * 5)
    with pytest.raises(ModelError, match=r"10 tracks make 2 groups"):
        artist_folds(table, count)
