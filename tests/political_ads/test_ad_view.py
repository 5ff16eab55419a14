"""An ad as it is shown: its words unchanged, nothing that can be followed, what is not known left out."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from common.i18n import use_locale
from political_ads.core.spans import AgreedSpan
from political_ads.models import Ad, Creative
from political_ads.views.ad import ad_view, between, pieces
from political_ads.views.marked import AROUND, marked_text

UNKNOWN: dict[str, Any] = dict.fromkeys(
    ("spend_low", "spend_high", "impressions_low", "impressions_high", "reach", "started_at", "ended_at")
)


def made(**more: Any) -> Ad:
    """Return an ad of which nothing is known but what is given."""
    empty = dict.fromkeys(
        ("text", "title", "description", "call_to_action", "link_caption", "landing_url", "image_url"), ""
    )
    said = {**empty, **UNKNOWN, "image": "", "page_name": "", "paid_for_by": "", "currency": ""}
    lists: dict[str, Any] = {"countries": [], "demographics": [], "regions": [], "targeting": {}}
    return Ad(**{"platform": "facebook", "language": "en", **said, **lists, **more})


@given(st.text(alphabet="ab:/.www https\n<>é👍", max_size=80))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


@given(
    st.text(alphabet="ab./w https\u0302\U0001f5f3<", min_size=12, max_size=60),
    st.lists(st.integers(0, 12), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_marks_cut_a_text_and_change_nothing_in_it(text: str, edges: list[int]) -> None:
    start, end = edges
    found = list(pieces("see www.b.org/ " + text, [AgreedSpan(start + 4, end + 4, 1, 1)]))
    whole = "see www.b.org/ " + text
    assert "".join(piece.text for piece in found) == whole
    assert "".join(piece.text for piece in found if piece.marked) == whole[start + 4 : end + 4]
    assert found[1].host == "b.org"


def test_a_link_is_told_apart_with_the_domain_that_it_leads_to() -> None:
    found = list(pieces("See https://www.Example.org/a?b=c now, or www.example.com"))
    assert [piece.host for piece in found if piece.host] == ["example.org", "example.com"]


def test_who_paid_is_said_and_so_is_that_nobody_is_named() -> None:
    assert "paid for by The Orchard Party" in ad_view(made(paid_for_by="The Orchard Party")).sponsor
    assert "no disclaimer" in ad_view(made()).sponsor


def test_what_is_not_known_is_left_out_and_never_zero() -> None:
    assert ad_view(made()).facts == ()
    facts = dict(ad_view(made(impressions_low=1000, spend_high=99.0, currency="EUR")).facts)
    assert facts == {"Impressions": "at least 1,000", "Spent": "at most €99"}


def test_ranges_and_money_are_written_as_the_reader_writes_them() -> None:
    with use_locale("fr"):
        facts = dict(ad_view(made(spend_low=100.0, spend_high=199.5, currency="EUR")).facts)
    assert list(facts.values()) == ["100\xa0€ – 199,50\xa0€"]
    assert between(5, 5, str) == "5"
    assert between(None, None, str) == ""


def test_an_audience_is_added_up_and_the_small_parts_stand_together() -> None:
    regions = [{"region": f"R{number}", "share": 0.1} for number in range(10)]
    ages = [{"age": "18-24", "gender": gender, "share": 0.25} for gender in ("female", "male")]
    view = ad_view(made(regions=regions, demographics=ages))
    assert view.regions is not None
    assert [row.words for row in view.regions.rows][-1] == "40%"
    assert view.ages is not None
    assert [(row.label, row.words) for row in view.ages.rows] == [("18-24", "50%")]


def test_a_creative_shows_its_own_text_and_its_warning() -> None:
    creative = Creative(
        text="The group's text", title="", page_name="Page", language="fr", warning="offensive", ads=3
    )
    view = ad_view(made(text="the ad's own", page_name="Page"), creative)
    assert [piece.text for piece in view.pieces] == ["The group's text"]
    assert view.warning
    assert ("Same text in", "3 ads") in view.facts


def test_what_lies_far_from_marked_words_is_left_out() -> None:
    text = "first " + "aaaa " * 60 + "THE CLAIM " + "bbbb " * 60 + "ANOTHER " + "cccc " * 60 + "last"
    creative = Creative(text=text, title="", page_name="", language="fr", warning="", ads=1)
    spans = [
        AgreedSpan(text.index(words), text.index(words) + len(words), 2, 3)
        for words in ("THE CLAIM", "ANOTHER")
    ]
    view = marked_text("Misleading", spans, creative)
    shown = "".join(piece.text for piece in view.stretches)
    assert [piece.text for piece in view.stretches if piece.number] == ["THE CLAIM", "ANOTHER"]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 4 * AROUND + 40
    assert "bbbb … bbbb" in shown
    assert [place.words for place in view.places] == ["“THE CLAIM”", "“ANOTHER”"]


def test_a_short_text_with_marked_words_is_shown_whole() -> None:
    creative = Creative(text="Look: free trams!", title="", page_name="", language="", warning="", ads=1)
    view = marked_text("Misleading", [AgreedSpan(6, 16, 1, 1)], creative)
    assert "".join(piece.text for piece in view.stretches) == creative.text
    assert view.places[0].note == "marked by 1 of 1 volunteer who said so (100%)"
