"""A table that was written to the graph is read back equal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import DatasetError
from earmark.graph import Store, build, check
from earmark.graph.numbers import kept
from earmark.graph.tables import heard, table
from earmark.types import Table

NAME = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8)
VALUE = st.floats(-1e6, 1e6).map(kept) | st.just(float("nan"))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    tracks = draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
    features = draw(st.lists(st.sampled_from(["tempo", "loudness", "own", "o/wn 2"]), unique=True))
    tags = draw(st.lists(st.sampled_from(["genre/rock", "mood/odd", "plain"]), unique=True))
    n, d, k = len(tracks), len(features), len(tags)
    known = {"tempo": "tempo/1", "loudness": "loudness/3"}
    return Table(
        name="my-set",
        tracks=tuple(tracks),
        features=tuple(features),
        values=np.array(draw(st.lists(VALUE, min_size=n * d, max_size=n * d)), float).reshape(n, d),
        tags=tuple(tags),
        labels=np.array(
            draw(st.lists(st.booleans(), min_size=n * k, max_size=n * k)), bool
        ).reshape(n, k),
        multiclass=draw(st.booleans()),
        artists=tuple(draw(st.lists(st.just("") | NAME, min_size=n, max_size=n))),
        splits=tuple(draw(st.lists(st.sampled_from(["train", "test"]), min_size=n, max_size=n))),
        procedures={f: known.get(f, f"my-set:{f}") for f in features},
        licence=draw(NAME),
        source=draw(NAME),
    )


def write(store: Store, given_table: Table) -> None:
    store.replace(build.dataset(store.names, given_table))
    for listening in heard(given_table):
        store.replace(build.track(store.names, listening))


def assert_equal(found: Table, wanted: Table) -> None:
    for field in Table.__dataclass_fields__:
        got, want = getattr(found, field), getattr(wanted, field)
        if isinstance(want, np.ndarray):
            assert got.dtype == want.dtype, field
            assert np.array_equal(got, want, equal_nan=want.dtype == float), field
        else:
            assert got == want, field


@settings(max_examples=30, deadline=None)
@given(tables())
def test_a_table_reads_back_equal(given_table: Table) -> None:
    store = Store.memory("https://example.org/id/")
    write(store, given_table)
    assert_equal(table(store, "my-set"), given_table)


SMALL = Table(
    name="small",
    tracks=("a", "b"),
    features=("tempo",),
    values=np.array([[100.0], [np.nan]]),
    tags=("genre/rock",),
    labels=np.array([[True], [False]]),
    multiclass=False,
    artists=("", ""),
    splits=("train", "test"),
    procedures={"tempo": "tempo/1"},
)


def test_what_is_written_keeps_every_shape_and_audit() -> None:
    store = Store.memory()
    write(store, SMALL)
    assert [str(finding) for finding in check.everything(store)] == []


def test_two_datasets_of_one_name_space_do_not_mix() -> None:
    store = Store.memory()
    other = Table(**{f: getattr(SMALL, f) for f in Table.__dataclass_fields__} | {"name": "other"})
    write(store, SMALL)
    write(store, other)
    assert_equal(table(store, "small"), SMALL)
    assert_equal(table(store, "other"), other)


def test_values_by_another_procedure_are_not_those_of_the_column() -> None:
    store = Store.memory()
    write(store, SMALL)
    (first, *_) = heard(SMALL)
    (seen,) = first.observations
    changed = type(seen)(seen.feature, 55.5, seen.start, seen.end, "tempo/2")
    again = type(first)(first.track, first.seconds, "ffffffff", (changed,))
    store.replace(build.track(store.names, again))
    assert_equal(table(store, "small"), SMALL)


def test_an_unknown_dataset_is_told() -> None:
    with pytest.raises(DatasetError, match="knows no dataset 'gone'"):
        table(Store.memory(), "gone")
