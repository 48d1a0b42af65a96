"""Numbers in the graph are plain decimals that a store can add up."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions, Store, Variable

from earmark.errors import GraphError
from earmark.graph.numbers import kept, measured, scored
from earmark.graph.terms import measurement

FINITE = st.floats(min_value=-1e19, max_value=1e19)


@given(FINITE)
def test_a_measured_value_is_plain_and_within_what_a_store_holds(value: float) -> None:
    text = measured(value)
    assert "e" not in text.lower()
    assert len(text.partition(".")[2]) <= 18
    assert math.isclose(float(text), value, rel_tol=5e-9, abs_tol=1e-18)


@given(FINITE)
def test_keeping_twice_keeps_the_same(value: float) -> None:
    assert kept(kept(value)) == kept(value)
    assert measured(kept(value)) == measured(value)


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_scores_add_up_exactly(millionths: list[int]) -> None:
    scores = [scored(n / 1e6) for n in millionths]
    assert sum(map(Decimal, scores)) == Decimal(sum(millionths)) / 10**6


@given(FINITE)
def test_a_store_takes_it_for_a_number(value: float) -> None:
    asked = Store().query(
        "SELECT ?x (ISNUMERIC(?x + 0) AS ?y) {}", substitutions={Variable("x"): measurement(value)}
    )
    assert isinstance(asked, QuerySolutions)
    assert [row["y"].value for row in asked] == ["true"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e20, -3e300])
def test_what_no_decimal_holds_is_refused(value: float) -> None:
    with pytest.raises(GraphError, match="must be finite and below"):
        measured(value)
    with pytest.raises(GraphError, match="must be finite and below"):
        scored(value)


def test_there_is_no_negative_zero() -> None:
    assert measured(-0.0) == scored(-1e-12) == measured(-1e-30) == "0"


def test_an_unknown_value_stays_unknown() -> None:
    assert math.isnan(kept(math.nan))
