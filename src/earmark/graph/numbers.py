"""Numbers as the graph keeps them: decimals in plain notation that sum exactly."""

import math
from decimal import Decimal

from earmark.errors import GraphError

_SIGNIFICANT_DIGITS = 9
_SCORE_PLACES = 6

# The store holds a decimal as 128 bits with 18 fractional digits; anything longer or
# larger would be no number to it, and an audit over its sums would pass on nothing.
_FRACTIONAL_DIGITS = 18
_LARGEST = 1e20


def kept(value: float) -> float:
    """The measured value as the graph keeps it: nine significant digits.

    >>> kept(1 / 3), kept(1e-30)
    (0.333333333, 0.0)
    """
    return float(measured(value)) if math.isfinite(value) else value


def measured(value: float) -> str:
    """A measured value in plain notation, nine significant digits, at most 18 places.

    >>> measured(1234.5678901), measured(1.2e-7), measured(-0.0)
    ('1234.56789', '0.00000012', '0')
    """
    _refuse_what_no_decimal_holds(value)
    digits = Decimal(f"{value:.{_SIGNIFICANT_DIGITS - 1}e}")
    return _plain(f"{digits:.{_FRACTIONAL_DIGITS}f}")


def scored(value: float) -> str:
    """A score in plain notation, six places.

    >>> scored(0.1 + 0.2), scored(-1e-9)
    ('0.3', '0')
    """
    _refuse_what_no_decimal_holds(value)
    return _plain(f"{value:.{_SCORE_PLACES}f}")


def _refuse_what_no_decimal_holds(value: float) -> None:
    if not abs(value) < _LARGEST:
        raise GraphError(
            f"{value} cannot be kept in the graph: a number must be finite and below {_LARGEST:g}"
        )


def _plain(digits: str) -> str:
    shortest = digits.rstrip("0").rstrip(".")
    return "0" if shortest in ("-0", "-", "") else shortest
