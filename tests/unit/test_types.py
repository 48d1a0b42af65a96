"""Values that travel keep their promises."""

import dataclasses
import inspect

import numpy as np
import pytest

from earmark import types
from earmark.types import Run, Table


@pytest.mark.parametrize(
    "value", [v for v in vars(types).values() if inspect.isclass(v) and dataclasses.is_dataclass(v)]
)
def test_every_value_is_frozen(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]


def _table() -> Table:
    return Table(
        name="tiny",
        tracks=("a", "b", "c"),
        features=("tempo", "loudness"),
        values=np.arange(6.0).reshape(3, 2),
        tags=("genre/pop",),
        labels=np.array([[True], [False], [True]]),
        multiclass=False,
        artists=("x", "", "y"),
        splits=("train", "valid", "excluded"),
        procedures={"tempo": "tempo/1", "loudness": "loudness/1"},
    )


def test_rows_and_columns_stay_together() -> None:
    part = _table().split("train", "excluded").only(("loudness",))
    assert part.tracks == ("a", "c")
    assert part.artists == ("x", "y")
    assert part.procedures == {"loudness": "loudness/1"}
    np.testing.assert_array_equal(part.values, [[1.0], [5.0]])
    np.testing.assert_array_equal(part.labels, [[True], [True]])


def test_a_run_is_its_configuration() -> None:
    one = Run("0.1.0", "f1", "genres-00000000", "0.1.0")
    assert one.id == Run("0.1.0", "f1", "genres-00000000", "0.1.0").id
    assert one.id != dataclasses.replace(one, model="genres-00000001").id
