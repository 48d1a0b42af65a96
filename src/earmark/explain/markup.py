"""Builds HTML in which a string from outside can only ever be text."""

from html import escape


class Markup(str):
    """HTML that needs no escaping because `element` made it."""

    __slots__ = ()


Child = Markup | str


def element(name: str, *children: Child, **attributes: str | float) -> Markup:
    """An element whose text and attributes are escaped, whatever they hold.

    An attribute is written as a keyword: a trailing underscore is dropped, one inside
    becomes a hyphen.

    Examples
    --------
    >>> print(element("p", "5 < 6 ", element("b", "yes"), class_="note", aria_label='"'))
    <p class="note" aria-label="&quot;">5 &lt; 6 <b>yes</b></p>
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(_number(value))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{together(*children)}</{name}>")


def together(*children: Child) -> Markup:
    """The children one after another, each escaped unless it is markup."""
    return Markup("".join(c if isinstance(c, Markup) else _text(c) for c in children))


def _text(outside: str) -> str:
    # A file name that is not UTF-8 holds halves of characters, which no page can.
    return escape(outside.encode("utf-8", "replace").decode())


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
