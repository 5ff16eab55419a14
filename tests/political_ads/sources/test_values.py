"""Numbers, ranges, moments and addresses as files write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import from_markup, plain
from political_ads.sources.readers.values import address, moment, number, share, span, without_secrets


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234", 1234), ("1,234", 1234), ("1,234.56", 1234.56), ("1.234,56", 1234.56), ("12,50", 12.5), ("1 234", 1234),
        ("1\u202f234,5", 1234.5), ("12'345", 12345), ("1.234.567", 1234567), ("€ 99", 99), (7, 7), (0.5, 0.5), ("0", 0),
        ("N/A", None), ("", None), (None, None), ("-5", None), ("abc", None), (True, None), (float("nan"), None),
        ("9" * 400, None), ("1e400", None), ("=1+1", None),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_ways_that_people_write_them(written: object, meant: float | None) -> None:
    assert number(written) == meant


def test_a_doubtful_mark_is_read_as_the_file_uses_it() -> None:
    assert number("1.234") == 1.234
    assert number("1,234", decimal=",") == 1.234
    assert number("1.234", decimal=",") == 1234


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("≤100", (0, 100)), ("100-199", (100, 199)), ("10k–100k", (10_000, 100_000)), (">1M", (1_000_000, None)),
        ({"lower_bound": "0", "upper_bound": "99"}, (0, 99)), ({"lower_bound": "1000000"}, (1_000_000, None)),
        ("lower_bound: 0, upper_bound: 99", (0, 99)), (5, (5, 5)), ("≤ 10k", (0, 10_000)), ("-", (None, None)),
        ("soon", (None, None)), (None, (None, None)),
    ],
)  # fmt: skip
def test_ranges_have_their_bounds(written: object, meant: tuple[float | None, float | None]) -> None:
    assert span(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2019-04-08T18:43:45+0000", datetime(2019, 4, 8, 18, 43, 45, tzinfo=UTC)),
        ("2018/10/18 15:45:57Z", datetime(2018, 10, 18, 15, 45, 57, tzinfo=UTC)),
        ("06/10/15 02:59:53 AM PDT", datetime(2015, 6, 10, 9, 59, 53, tzinfo=UTC)),
        ("01/10/16 02:59:53 AM PST", datetime(2016, 1, 10, 10, 59, 53, tzinfo=UTC)),
        ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01 02:00:00+02:00", datetime(2024, 5, 1, tzinfo=UTC)),
        (1_714_521_600, datetime(2024, 5, 1, tzinfo=UTC)),
        ("1714521600000", datetime(2024, 5, 1, tzinfo=UTC)),
        ("03/04/2019", None),  # the third of April, or the fourth of March
        ("0001-01-01", None),
        ("None", None),
        ("2024-13-45", None),
    ],
)
def test_moments_are_in_utc_and_never_guessed(written: object, meant: datetime | None) -> None:
    assert moment(written) == meant


def test_shares_come_as_parts_or_in_per_cent() -> None:
    assert share("0.023423") == 0.023423
    assert share("2.5 %") == 0.025
    assert share("1.0000001") == 1.0
    assert share("17") is None


def test_addresses_lose_their_secrets_and_nothing_else() -> None:
    told = "https://www.facebook.com/ads/archive/render_ad/?id=5&access_token=EAAB123"
    assert address(told) == "https://www.facebook.com/ads/archive/render_ad/?id=5"
    assert address("https://user:word@example.org/a?b=%20c#d") == "https://example.org/a?b=%20c#d"
    assert address("javascript:alert(1)") == ""
    assert address("https://[broken") == ""
    kept = without_secrets({"deep": [f"see {told} there", 1, None]})
    assert kept == {"deep": ["see https://www.facebook.com/ads/archive/render_ad/?id=5 there", 1, None]}


def test_markup_becomes_text_with_its_line_breaks() -> None:
    assert (
        plain("<p>One &amp; two</p><p>three<br>four</p><script>alert(1)</script>") == "One & two\nthree\nfour"
    )
    assert plain('<b onclick="x()">bold</b> & <i>plain') == "bold & plain"
    folded = '<p>Begin<span class="text_exposed_hide">...</span><span class="text_exposed_show"> and end</span></p>'
    assert plain(folded) == "Begin and end"


def test_what_is_no_markup_stays() -> None:
    assert plain("I <3 my town, 2 < 3 & 5 > 4") == "I <3 my town, 2 < 3 & 5 > 4"
    assert plain("=SUM(A1:A9)") == "=SUM(A1:A9)"
    assert plain("fish &amp; chips") == "fish & chips"
    assert plain("a\x00b\x1b[31mc\u202e") == "ab[31mc\u202e"
    assert plain("👩‍👩‍👧 नमस्ते") == "👩‍👩‍👧 नमस्ते"
    assert plain(None) == plain(["x"]) == ""


@given(st.text(max_size=200))
def test_no_text_keeps_a_tag_or_a_control_character(text: str) -> None:
    shown = plain(f"<p>{text}</p>")
    assert "<p>" not in from_markup(f"<p>{text}</p>")
    assert all(letter in "\n\t" or letter.isprintable() or ord(letter) > 159 for letter in shown)


def test_countries_are_known_by_code_and_by_name() -> None:
    assert countries("united states, FR;Deutschland|Atlantis") == ("US", "FR", "DE")
    assert countries("EU") == ()
