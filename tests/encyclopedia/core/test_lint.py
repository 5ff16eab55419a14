import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encyclopedia.core.defanging import defang, is_under, refang
from encyclopedia.core.lint import Known, Severity, lint

HOSTILE = Known(hostile=frozenset({"hostile.example"}))


def found(text: str, code: str, known: Known = Known()) -> list[str]:  # noqa: B008 - frozen
    return [text[finding.start : finding.end] for finding in lint(text, known=known) if finding.code == code]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("It was posted by @some_user in 2024.", "@some_user"),
        ("It was posted by @some_user@instance.example.", "@some_user@instance.example"),
        ("Write to jane.roe@mail.example for more.", "jane.roe@mail.example"),
        ("Elle répond au 06 12 34 56 78.", "06 12 34 56 78"),
        ("Call +44 20 7946 0958 now.", "+44 20 7946 0958"),
        ("Selon Mme Durand, rien ne change.", "Durand"),
        ("The user Marie Durand said so.", "Marie Durand"),
        ("Un internaute nommé Jean-Luc Martin a répondu.", "Jean-Luc Martin"),
        ("| a |\n|---|\n| @cell_user |\n", "@cell_user"),
    ],
)
def test_what_may_lead_to_a_private_person_is_shown_to_the_editor(text: str, who: str) -> None:
    assert found(text, "private_person") == [who]
    assert {finding.severity for finding in lint(text) if finding.code == "private_person"} == {
        Severity.WARNING
    }


@pytest.mark.parametrize(
    "text",
    [
        "As was shown [@meta-2024, p. 3].",
        "Write to contact@laboratory.example or press@laboratory.example.",
        "See [the thread](https://social.example/@some_user/123) and https://social.example/@other_user.",
        "The decorator `@property_of` is code.",
        "```\n@not_text jane@mail.example\n```",
        "Between 2019-05-07 and 2024-08-15, 1 200 000 posts.",
        "ISBN 978-2-07-036822-8, doi:10.1234/0123456789.",
        "The user Experience Team and user Data Protection.",
        "Residents of New York and users of Facebook Messenger.",
        "M. Jean-Yves Exemple, ministre de l'Exemple, a répondu.",
        "The campaign named Ghost Writer used it.",
        "The man in the middle attack. La femme de ménage.",
    ],
)
def test_what_names_nobody_private_gives_no_warning(text: str) -> None:
    assert found(text, "private_person") == []


def test_known_names_give_no_warning() -> None:
    known = Known(names=frozenset({"@EUvsDisinfo", "marie durand"}))

    assert found("By @euvsdisinfo, and the user Marie Durand.", "private_person", known) == []


def test_a_live_link_to_a_hostile_site_is_shown_and_a_defanged_one_is_not() -> None:
    text = "See [it](https://www.hostile.example/a), https://HOSTILE.example. Not hxxps://hostile[.]example/a nor https://nothostile.example/."

    assert found(text, "hostile_link", HOSTILE) == [
        "https://www.hostile.example/a",
        "https://HOSTILE.example",
    ]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("About 48 % of them were removed.", ["48 %"]),
        ("Some 1,200 accounts were removed.", ["1,200 accounts"]),
        ("Trois millions, puis 3 millions d'abonnés.", ["3 millions"]),
        ("In 2019, 48 % of them were removed.", []),
        ("About 48 % of them were removed [@lab-2024].", []),
        ("About 48 % of them were removed[^1].", []),
        ("Version 4 and step 2 of the guide.", []),
        ("## 48 % of accounts", []),
    ],
)
def test_a_figure_needs_a_date_or_a_source(text: str, figures: list[str]) -> None:
    assert found(text, "undated_figure") == figures


def test_headings_lead_pictures_and_addresses() -> None:
    text = "#### Deep\n\nText ![](media:a.png) ![Map](media:b.png) https://example.org/x <https://example.org/y>\n\n## Well\n"

    assert found(text, "heading_skips_level") == ["Deep"]
    assert found(text, "missing_alt") == ["![](media:a.png)"]
    assert found(text, "bare_url") == ["https://example.org/x"]
    assert [finding.code for finding in lint("Words.", lead=" ")] == ["no_lead"]
    assert lint("Words.", lead="A tool.") == ()


def test_a_long_paragraph_needs_a_source_and_a_text_without_any_is_told_so_once() -> None:
    long = "word " * 70
    sourced = f"Short [@a].\n\n{long}\n\n{long} [@b]\n"

    assert found(sourced, "unsourced_paragraph") == [long.strip()]
    assert [finding.code for finding in lint(f"{long}\n\n{long}\n")] == ["unsourced_text"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(
    ["@some_user ", "48 % ", "https://hostile.example/x ", "[", "](", ")", "`", "\n", "\n\n", "#", "### ", "| a |\n|---|\n", "M. Dupont ", "![](", "é", "\r\n", "> ", "- "]
), max_size=25).map("".join))  # fmt: skip
def test_every_finding_points_into_the_text(text: str) -> None:
    for finding in lint(text, known=HOSTILE, lead=""):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.message % finding.values


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://www.hostile.example/a.b?c=d.e", "hxxps://www[.]hostile[.]example/a.b?c=d.e"),
        ("http://hostile.example", "hxxp://hostile[.]example"),
        ("hostile.example/a", "hostile[.]example/a"),
    ],
)
def test_defanging_there_and_back(url: str, safe: str) -> None:
    assert defang(url) == safe
    assert defang(safe) == safe
    assert refang(safe) == url


def test_a_domain_covers_its_subdomains_only() -> None:
    domains = frozenset({"hostile.example"})

    assert is_under("a.b.hostile.example.", domains)
    assert not is_under("nothostile.example", domains)
    assert not is_under("example", domains)
