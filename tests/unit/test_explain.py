import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.explain import pictures, sentences, words
from earmark.explain.markup import element
from earmark.explain.page import page
from earmark.explain.records import record
from earmark.explain.text import text
from earmark.types import Chain, Decision, Reason, ReasoningPath, Span, Strand

WHOLE = (Span(0.0, 30.0),)


def reason(
    feature: str,
    share: float,
    value: float | None = 1.0,
    percentile: float | None = 0.9,
    **more: str,
) -> Reason:
    said = {"high": f"much {feature}", "low": f"little {feature}", "unit": "unit:UNITLESS"} | more
    return Reason(
        feature=feature,
        label=feature.replace("_", " "),
        definition=f"How much {feature}",
        value=value,
        percentile=percentile,
        share=share,
        spans=WHOLE,
        **said,
    )


METAL = ReasoningPath(
    track="00112233445566778899",
    tag="genre/metal",
    label="metal",
    log_odds=0.494902,
    probability=0.617,
    low=-0.21,
    high=1.19,
    threshold=0.1,
    decision=Decision.ACCEPTED,
    chain=Chain.FULL,
    base_rate=-2.197225,
    strands=(
        Strand(
            "timbre",
            "timbre",
            3.110127,
            (
                reason(
                    "spectral_centroid", 2.0, 3120.4, 0.937, unit="unit:HZ", high="a bright sound"
                ),
                reason("spectral_flux", 1.0, 0.0931, 0.5),
            ),
            0.110127,
        ),
        Strand("rhythm", "rhythm", -0.418, (reason("onset_rate", -0.418, 2.31, 0.21),), 0.0),
        Strand(
            "pitch", "pitch", 0.0, (reason("minorness", 0.0, None, None, missing="no key"),), 0.0
        ),
    ),
    run="9353103bf06d",
    model="gtzan-0a1b2c3d",
)
SCORE_ONLY = replace(METAL, chain=Chain.SCORE_ONLY, strands=())


# --- words ---


@pytest.mark.parametrize(
    ("percentile", "said"),
    [
        (1.0, "as high as in any"),
        (0.9999, "higher than 99 %"),
        (0.67, "higher than 67 %"),
        (0.66, "middle third"),
        (0.34, "middle third"),
        (0.07, "lower than 93 %"),
        (0.0001, "lower than 99 %"),
        (0.0, "as low as in any"),
    ],
)
def test_ranks_are_said_from_the_nearer_end(percentile: float, said: str) -> None:
    assert said in words.rank(percentile)


@given(st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False))
def test_numbers_are_plain_and_near(value: float) -> None:
    said = words.number(value)
    assert re.fullmatch(r"-?[\d,]+(\.\d+)?", said), said
    assert float(said.replace(",", "")) == pytest.approx(value, rel=0.005)


def test_a_unit_that_nobody_listed_is_named_as_written() -> None:
    assert words.measured(2.0, "unit:PHON") == "2.00 PHON"


# --- text ---


def test_the_text_begins_with_the_verdict_and_ends_with_the_sum() -> None:
    lines = text(METAL).splitlines()
    assert lines[0] == "Metal: accepted, probability 62 %."
    assert lines[-1] == "Sum: -2.197225 + 3.110127 - 0.418000 + 0.000000 = 0.494902"


@given(
    base=st.integers(-9_000_000, 9_000_000),
    parts=st.lists(st.integers(-9_000_000, 9_000_000), max_size=6),
)
def test_the_sum_holds_to_the_last_digit_shown(base: int, parts: list[int]) -> None:
    strands = tuple(
        Strand(f"c{i}", f"cluster {i}", part / 1e6, (reason("tempo", part / 1e6),), 0.0)
        for i, part in enumerate(parts)
    )
    total = (base + sum(parts)) / 1e6
    path = replace(METAL, base_rate=base / 1e6, strands=strands, log_odds=total)
    addends, said = text(path).splitlines()[-1].removeprefix("Sum: ").split(" = ")
    assert sum(map(Decimal, re.sub(r"([+-]) ", r"\1", addends).split())) == Decimal(said)


def test_reasons_are_told_for_and_against_with_what_they_mean() -> None:
    told = text(METAL)
    before, against = told.split("What speaks against it:")
    assert "What speaks for it:\n  +3.11  timbre" in before
    assert "Spectral centroid is 3,120 Hz, higher than 93 % of the training tracks" in before
    assert "means a bright sound (0:00-0:30)." in before
    assert "much spectral_flux" not in told, "an ordinary value is neither high nor low"
    assert "+0.11  Weaker reasons, taken together." in before
    assert "which means little onset_rate (0:00-0:30)." in " ".join(against.split())


def test_what_is_not_known_is_said_and_weighs_nothing() -> None:
    assert (
        "What is not known:\n  Minorness is not known (no key), so it counts as average."
        in text(METAL)
    )
    assert "pitch" not in text(METAL), "a cluster of which nothing is known is on no side"


def test_a_score_without_reasons_says_so() -> None:
    assert text(SCORE_ONLY).endswith("Only the score of this tag was kept, not its reasons.")


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision.ACCEPTED, "Metal: accepted"),
        (Decision.REJECTED, "Metal: not accepted"),
        (Decision.ABSTAINED, "Metal: left open"),
    ],
)
def test_every_decision_has_a_word(decision: Decision, said: str) -> None:
    assert sentences.verdict(replace(METAL, decision=decision)).startswith(said)


def test_a_column_without_a_concept_is_still_told() -> None:
    bare = Reason("mfcc_1", "mfcc 1", "", "", "", "", 0.25, None, 0.5, ())
    assert sentences.sentence(bare) == "Mfcc 1 is 0.250."


def test_the_text_is_the_same_each_time_and_free_of_what_nobody_can_read() -> None:
    assert text(METAL) == text(METAL)
    assert not re.search(r"https?:|nan|None|unit:|  \.|: \.", text(METAL))


# --- records ---


def test_a_record_is_plain_json_with_every_addend() -> None:
    data = json.loads(json.dumps(record(METAL), allow_nan=False))
    parts = [Decimal(str(part["contribution"])) for part in data["because"]]
    assert Decimal(str(data["baseRate"])) + sum(parts) == Decimal(str(data["logOdds"]))
    for part in data["because"]:
        shares = [Decimal(str(reason["share"])) for reason in part["because"]]
        assert sum(shares) + Decimal(str(part["remainder"])) == Decimal(str(part["contribution"]))


def test_a_record_names_its_parts_as_the_ontology_does() -> None:
    data = record(METAL)
    assert list(data)[:5] == ["track", "tag", "label", "decision", "probability"]
    first = data["because"][0]["because"][0]
    assert first == {
        "feature": "spectral_centroid",
        "label": "spectral centroid",
        "value": 3120.4,
        "unit": "unit:HZ",
        "missing": None,
        "percentile": 0.937,
        "meaning": "a bright sound",
        "share": 2.0,
        "seconds": [[0.0, 30.0]],
    }
    unknown = data["because"][2]["because"][0]
    assert (unknown["value"], unknown["meaning"], unknown["missing"]) == (None, None, "no key")


def test_a_record_of_a_score_alone_claims_no_base_rate() -> None:
    data = record(SCORE_ONLY)
    assert (data["baseRate"], data["because"], data["logOdds"]) == (None, [], 0.494902)


# --- page ---


class Parts(HTMLParser):
    """The elements of a page, and whether each is closed in its turn."""

    VOID = frozenset({"meta", "!doctype"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_is_well_formed_and_has_no_script() -> None:
    parts = Parts(
        page("A song", [METAL, replace(METAL, tag="genre/pop", decision=Decision.REJECTED)])
    )
    assert parts.open == []
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(parts.seen)
    assert parts.seen.count("caption") == parts.seen.count("table") == 3


@pytest.mark.parametrize(
    ("decision", "title"),
    [
        (Decision.ACCEPTED, "Why metal"),
        (Decision.REJECTED, "Why not metal"),
        (Decision.ABSTAINED, "Why perhaps metal"),
    ],
)
def test_a_page_tells_the_strongest_tag_even_if_none_is_accepted(
    decision: Decision, title: str
) -> None:
    assert f"<h2>{title}</h2>" in page("A song", [replace(METAL, decision=decision)])


def test_a_page_holds_every_reason_that_the_text_holds() -> None:
    shown = " ".join(Parts(page("A song", [METAL])).words)
    shown = shown.replace("−", "-").replace("\u2060–\u2060", "-").replace("\u00a0", " ")
    told = re.sub(r"\s+", " ", text(METAL))
    for line in (
        "higher than 93 % of the training tracks",
        "Weaker reasons",
        "no key",
        "= 0.494902",
    ):
        assert line in told
        assert line in shown


@pytest.mark.parametrize("paths", [[], [SCORE_ONLY], [replace(METAL, decision=Decision.REJECTED)]])
def test_a_page_without_accepted_tags_says_so(paths: list[ReasoningPath]) -> None:
    shown = [replace(path, decision=Decision.REJECTED) for path in paths]
    assert "No tag was accepted." in page("A song", shown)


@given(hostile=st.text(st.sampled_from("<>&\"'/=ax\u202e "), min_size=1))
def test_whatever_a_name_holds_is_text(hostile: str) -> None:
    parts = Parts(page(hostile, [replace(METAL, label=hostile, track=hostile, tag=hostile)]))
    assert set(parts.seen) <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer"),
        *("h1", "h2", "h3", "h4", "p", "b", "small", "ul", "li", "dl", "dt", "dd", "pre", "code"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "line", "rect"),
        *("details", "summary"),
    }
    assert any(hostile in words for words in parts.words)


def test_a_file_name_that_is_not_utf_8_makes_a_page_that_is() -> None:
    assert "caf?.mp3" in page("caf\udce9.mp3", [METAL]).encode().decode()


def test_an_attribute_cannot_be_left() -> None:
    assert element("p", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;"></p>'


@given(st.lists(st.floats(-50, 50), min_size=1), st.floats(0, 1))
def test_everything_drawn_lies_inside_its_picture(values: list[float], between: float) -> None:
    scale = pictures.Scale.around(values)
    least, most = min(0.0, *values), max(0.0, *values)
    assert -1e-6 <= scale.at(least + between * (most - least)) <= 100 + 1e-6
