"""Wikitext to Markdown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encyclopedia.schemas import LARGEST_TEXT
from encyclopedia.sources.wikitext import to_markdown


@pytest.mark.parametrize(
    ("wikitext", "markdown"),
    [
        ("'''bold''' ''italic'' '''''both'''''", "**bold** *italic* ***both***"),
        ("''' spaced '''x", "**spaced** x"),
        ("== Head ==\ntext", "## Head\n\ntext"),
        ("= Top =\n=== Low ===", "## Top\n\n### Low"),
        ("[[Some Page#part|words]] [[Other]]", "[[some-page|words]] [[other|Other]]"),
        ("[https://a.example/ words] [https://b.example/] https://c.example/x_y", "[words](https://a.example/) <https://b.example/> <https://c.example/x_y>"),
        ("[https://a.example/(b) words]", "[words](<https://a.example/(b)>)"),
        ("* a\n* b\n** c\ntext", "- a\n- b\n  - c\n\ntext"),
        ("# a\n## b", "1. a\n   1. b"),
        ("; term : meaning\n; two\n: second", "term\n: meaning\n\ntwo\n: second"),
        ("text\n\n:: reply", "text\n\n> > reply"),
        ("{|\n! A !! B\n|-\n| 1 || 2\n|}", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("{|\n| 1 || 2\n|}", "|  |  |\n| --- | --- |\n| 1 | 2 |"),
        ("a<ref>note ''x''</ref> b<ref name=n>two</ref> c<ref name=n />", "a[^1] b[^2] c[^2]\n\n[^1]: note *x*\n\n[^2]: two"),
        ("<nowiki>''x''</nowiki> &eacute;", "''x'' é"),
        ("<code>a*b</code> <del>old</del>", "`a*b` ~~old~~"),
        ("<pre>\n  x\n</pre>", "```\n  x\n```"),
        ("one<br/>two", "one\\\ntwo"),
        ("2 * 3 [x] a_b <notatag _y_", "2 \\* 3 \\[x\\] a_b \\<notatag \\_y\\_"),
        ("1. no list\n- none\n", "1\\. no list\n\\- none"),
        ("[[File:A b.png|thumb|200px|A caption]]", "![A caption](media:A-b.png)"),
        ("{{unknown|x}}", "`{{unknown|x}}`"),
        ("{{Infobox\n| a = b\n}}", "```\n{{Infobox\n| a = b\n}}\n```"),
        ("<script>alert(1)</script>", "`<script>alert(1)</script>`"),
        ("[javascript:alert(1) words] [mailto:a@b.example write]", "\\[javascript:alert(1) words\\] write"),
    ],
)  # fmt: skip
def test_each_form_has_its_markdown(wikitext: str, markdown: str) -> None:
    assert to_markdown(wikitext).markdown == markdown


def test_categories_languages_and_redirects_stand_beside_the_text() -> None:
    converted = to_markdown("text [[Category:Tools|key]] [[Catégorie:Outils]] [[fr:Outil]]\n__NOTOC__")
    assert (converted.markdown, converted.categories) == ("text", ("Tools", "Outils"))
    assert converted.languages == (("fr", "Outil"),)
    assert to_markdown("#REDIRECT [[Other page]]").redirect == "Other page"
    assert to_markdown("#redirection [[Autre]]").redirect == "Autre"


def test_citation_templates_become_sources() -> None:
    converted = to_markdown(
        "A.<ref name=x>{{cite journal|last=Doe|first=J.|title=On [[spoons]]|journal=Spoon|date=2019|doi=10.1000/x}}</ref> B.<ref name=x /> "
        "C.<ref>{{Lien web|titre=Cuillères|url=https://c.example/|consulté le=2020-01-02}}</ref> D.<ref>{{cite web|url=https://d.example/}}</ref>"
    )

    assert converted.markdown.startswith(
        "A.[@doe-2019-on-spoons] B.[@doe-2019-on-spoons] C.[@cuilleres] D.[^1]"
    )
    doe, web = converted.sources
    assert (doe.type, doe.title, doe.container, doe.doi, doe.authors[0].family) == (
        "article-journal",
        "On spoons",
        "Spoon",
        "10.1000/x",
        "Doe",
    )
    assert str(web.accessed) == "2020-01-02"
    assert [piece for piece, _ in converted.notes] == ["{{cite web|url=https://d.example/}}"]


@pytest.mark.parametrize(
    "hostile",
    [
        "{{" * 20_000,
        "[[" * 20_000,
        "<b>" * 20_000,
        "<ref>" * 20_000,
        "<!--" * 200_000,
        "{|\n" * 200_000,
        "*" * 900_000,
        "[[a|" * 200_000,
        "{{a|" * 200_000,
        "[http://" * 100_000,
        "'" * 50_001,
        "*" * 20_000 + "x",
        "{|\n|-\n" + "|a" * 20_000,
    ],
)
def test_hostile_text_is_converted_or_kept(hostile: str) -> None:
    assert len(to_markdown(hostile).markdown) <= LARGEST_TEXT


def test_a_text_that_is_too_long_is_cut_and_said() -> None:
    converted = to_markdown("x" * (LARGEST_TEXT + 1))
    assert len(converted.markdown) <= LARGEST_TEXT
    assert "was cut" in str(converted.notes[0][1])


@settings(deadline=None)
@given(st.text(alphabet="ab '[]{}|=*#:;<>/\n-!", max_size=60) | st.text(max_size=60))
def test_any_text_is_converted(text: str) -> None:
    assert isinstance(to_markdown(text).markdown, str)
