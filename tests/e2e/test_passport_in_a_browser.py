"""The passport in a real browser: quiet, legible, and deaf to what a title says."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from earmark.explain.page import page
from earmark.types import Chain, Decision, Reason, ReasoningPath, Span, Strand

Scheme = Literal["light", "dark"]

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")

IMAGE = '<img src="https://example.org/x.png" onerror="alert(1)">'
SCRIPT = "</title></style><script>alert(2)</script>"
LINK = "javascript:alert(3)"
BREAKOUT = "\"'></svg><svg onload=alert(4)>"
BACKWARDS = "\u202ekcatta"
LONG = "uninterrupted" * 20
HOSTILE = (IMAGE, SCRIPT, LINK, BREAKOUT)


def reason(label: str, share: float, **more: str) -> Reason:
    span = (Span(0.0, 30.0), Span(62.5, 64.0))
    said = {"high": "a bright, sharp sound", "low": "a dull sound", "unit": "unit:HZ"} | more
    return Reason(
        feature="f", label=label, definition="", value=3120.4, percentile=0.93, share=share,
        spans=span, **said,
    )  # fmt: skip


def path(label: str, *, accepted: bool = True, **more: str) -> ReasoningPath:
    strands = (
        Strand("a", BREAKOUT, 2.3, (reason("spectral centroid", 2.0), reason(IMAGE, 0.2)), 0.1),
        Strand("b", "rhythm", -0.4, (reason("onset rate", -0.4, unit=LINK, high=SCRIPT),), 0.0),
        Strand("c", "pitch", 0.0, (replace(reason("key", 0.0), value=None, missing=IMAGE),), 0.0),
    )
    names = {"track": LONG, "tag": IMAGE, "run": BACKWARDS, "model": LINK} | more
    return ReasoningPath(
        label=label, log_odds=-0.3, probability=0.43, low=-1.2, high=0.8, threshold=-0.5,
        decision=Decision.ACCEPTED if accepted else Decision.REJECTED, chain=Chain.FULL,
        base_rate=-2.2, strands=strands, **names,
    )  # fmt: skip


PATHS = (path("metal"), path(SCRIPT), path(LONG, accepted=False), path(LINK, accepted=False))


@dataclass
class Visit:
    """An open page and everything it said or asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM and not os.environ.get("EARMARK_COMPLETE"):
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def passport(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("passport") / "passport.html"
    file.write_text(page(f"{IMAGE} {BACKWARDS} {LONG}", PATHS), "utf-8")
    return file


def visit(browser: Browser, passport: Path, *, width: int = 900, scheme: Scheme = "light") -> Visit:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    seen = Visit(context.new_page())
    seen.listen()
    seen.page.goto(passport.as_uri())
    for summary in seen.page.locator("summary").all():
        summary.click()
    return seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, passport: Path, scheme: Scheme
) -> None:
    seen = visit(browser, passport, scheme=scheme)
    assert seen.requests == [passport.as_uri()]
    assert seen.messages == []


def test_its_own_style_passes_its_policy(browser: Browser, passport: Path) -> None:
    body = visit(browser, passport).page.locator("body")
    assert body.evaluate("body => getComputedStyle(body).maxWidth") == "736px"


def test_its_headings_are_an_outline(browser: Browser, passport: Path) -> None:
    opened = visit(browser, passport).page
    titles = opened.get_by_role("heading", level=2).all_inner_texts()
    assert titles[:2] == ["Scores", "Why metal"]
    assert titles[-3:] == ["The other tags", "Ask again", "Where it comes from"]
    levels = opened.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels)), levels


def test_every_table_says_what_it_holds(browser: Browser, passport: Path) -> None:
    tables = visit(browser, passport).page.locator("table").all()
    assert len(tables) == 1 + len(PATHS)
    for table in tables:
        assert table.locator("caption").inner_text()
        rows = table.locator("tbody tr").count()
        assert table.locator("tbody th[scope=row]").count() == rows > 0


def test_hostile_names_are_only_text(browser: Browser, passport: Path) -> None:
    seen = visit(browser, passport)
    shown = seen.page.locator("body").text_content() or ""
    for name in HOSTILE:
        assert name in shown
    assert seen.page.locator("script, img, iframe, object, a, [onload], [onerror]").count() == 0
    assert seen.messages == []


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_scrolls_sideways(browser: Browser, passport: Path, width: int) -> None:
    opened = visit(browser, passport, width=width).page
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = channels(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const [a, b] = [light(channels(getComputedStyle(node).color)), light(ground(node))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), texts.currentNode.data]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(
    browser: Browser, passport: Path, scheme: Scheme
) -> None:
    found = visit(browser, passport, scheme=scheme).page.evaluate(CONTRAST)
    assert len(found) > 100
    faint = [(round(contrast, 2), words) for contrast, words in found if contrast < 4.5]
    assert not faint


def test_the_two_schemes_differ(browser: Browser, passport: Path) -> None:
    schemes: tuple[Scheme, ...] = ("light", "dark")
    grounds = {
        visit(browser, passport, scheme=scheme).page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in schemes
    }
    assert len(grounds) == 2


def test_the_keyboard_opens_what_is_folded(browser: Browser, passport: Path) -> None:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(passport.as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.tagName") == "SUMMARY"
    opened.keyboard.press("Enter")
    assert opened.locator("details").first.evaluate("details => details.open")
