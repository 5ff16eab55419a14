import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from encyclopedia.core.markup import (
    Document,
    EntryTarget,
    MediaTarget,
    Numbering,
    Resolve,
    normalise,
    parse,
    render,
    sanitise,
    slugify,
)
from encyclopedia.core.markup.limits import DEEPEST
from encyclopedia.core.markup.parser import parser

ENTRIES = {"network-mapping": "Network mapping", "crowdtangle": "CrowdTangle"}
PICTURES = {"map.png": MediaTarget("/media/map.png", "A map", 640, 480, "/media/map.png/about")}


def entry(slug: str) -> EntryTarget:
    if slug in ENTRIES:
        return EntryTarget(f"/e/{slug}", ENTRIES[slug], exists=True)
    return EntryTarget(f"/new?slug={slug}", "", exists=False)


RESOLVE = Resolve(entry, lambda key: key.startswith("known"), PICTURES.get)


def html(text: str, resolve: Resolve = RESOLVE) -> str:
    return render(text, "en", resolve).html


# Pieces of markup, so that generated texts nest and break constructs more often than random letters would.
PIECES = st.sampled_from([
    "[[", "]]", "|", "[@known-1", "]", "[", "](", ")", "![", "](media:map.png", "http://a.b/c", "https://", "javascript:", "data:",
    "<script>", "<b onclick=x>", "</a>", "*", "**", "_", "~~", "`", "```\n", "\n", "\n\n", "# ", "## ", "> ", "- ", "1. ", "    ", "\t",
    "!!! note", '!!! warning "T"', "???", "[^1]", "[^1]: ", ": ", "|-|-|\n", "|a|b|\n", "&amp;", "&lt;", "&", "\\", "<", ">", '"', "'", "\u00a0", "#",
    "[a]: http://a.b\n", "[a]", "=\n", "---\n", "é", "\ufdd0", "😀", ";", ",", "p. 3", "a", "[[network-mapping|x]]", "[[a#b]]",
])  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example('[a <http://x.y> ![b](http://c.d "e")](http://f.g)')
@example("[^1]\n\n[^1]:")
@example("!!! note")
def test_any_text_renders_to_html_that_the_sanitiser_leaves_as_it_is(text: str) -> None:
    stored = normalise(text)
    document = Document(stored, "en")
    rendered = document.render(RESOLVE)

    assert sanitise(rendered.html) == rendered.html
    assert not re.search(r"<(?!/?(?:a|img|div|span|sup|p|pre|ol|ul|li|dl|dt|dd|blockquote|code|em|strong|s|br|hr|"
                         r"table|thead|tbody|tr|th|td|figure|figcaption|h[2-6])\b)", rendered.html)  # fmt: skip
    assert not re.search(r"<[^>]*\s(?:on\w+|style)=", rendered.html)
    assert not re.search(r'(?:href|src)="\s*(?:javascript|data|vbscript|file):', rendered.html, re.IGNORECASE)
    assert not re.search(r'src="(?!/media/)', rendered.html)
    assert document.render(RESOLVE) == rendered  # rendering leaves the document as it was


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=100, deadline=None)
def test_what_parsing_reports_does_not_depend_on_rendering(text: str) -> None:
    document = Document(text, "en")
    document.render(RESOLVE)

    assert document.parsed == parse(text, "en")


def test_a_text_is_read_for_what_it_points_to_and_says() -> None:
    parsed = parse(
        "First *paragraph* on [[network-mapping]] and [[CrowdTangle|the tool]] [@meta-2024, p. 3; @Other].\n\n"
        "## Sources & ends\n\n[Report](https://example.org/r) at https://example.org/b. ![A map](media:map.png)\n\n"
        "![out](https://example.org/pic.png) [[network-mapping]] `[[not-a-link]]`\n",
        "en",
    )

    assert parsed.wikilinks == ("network-mapping", "crowdtangle")
    assert [(c.key, c.locator) for c in parsed.citations] == [("meta-2024", "p. 3"), ("other", "")]
    assert parsed.external_links == (
        "https://example.org/r",
        "https://example.org/b",
        "https://example.org/pic.png",
    )
    assert parsed.media == ("map.png",)
    assert [(h.level, h.text, h.id, h.section) for h in parsed.headings] == [
        (2, "Sources & ends", "s-sources-ends", 1)
    ]
    assert parsed.first_paragraph == "First paragraph on network mapping and the tool."
    assert parsed.plain.splitlines()[1] == "Sources & ends"
    assert parsed.words == len(
        [
            "First",
            "paragraph",
            "on",
            "network",
            "mapping",
            "and",
            "the",
            "tool",
            "Sources",
            "ends",
            "Report",
            "at",
        ]
    ) + len(["https", "example", "org", "b", "A", "map", "out", "network", "mapping", "not-a-link"])


def test_a_wikilink_shows_the_entry_s_title_or_its_own_words_and_a_missing_entry_leads_to_its_creation() -> (
    None
):
    shown = html(
        "[[crowdtangle]] [[crowdtangle|words]] [[Wanted Thing]] [[crowdtangle#By whom?]] [[#here|below]]"
    )

    assert '<a class="wikilink" href="/e/crowdtangle">CrowdTangle</a>' in shown
    assert '<a class="wikilink" href="/e/crowdtangle">words</a>' in shown
    assert '<a class="wikilink missing" href="/new?slug=wanted-thing">Wanted Thing</a>' in shown
    assert 'href="/e/crowdtangle#s-by-whom"' in shown
    assert '<a href="#s-here">below</a>' in shown


def test_a_wikilink_with_words_stands_in_a_table_and_code_keeps_its_bars() -> None:
    shown = html("| a | b |\n|---|--:|\n| [[crowdtangle|words]] | `[[x|y]]` |\n")

    assert '<td><a class="wikilink" href="/e/crowdtangle">words</a></td>' in shown
    assert '<td class="align-right"><code>[[x|y]]</code></td>' in shown
    assert '<th scope="col">a</th>' in shown


def test_citations_are_numbered_by_first_appearance_and_each_mention_can_be_linked_back() -> None:
    rendered = render("A [@known-b] b [@known-a, p. 3] c [@known-b] d [@nobody].", "en", RESOLVE)

    assert rendered.cited == ("known-b", "known-a")
    assert rendered.anchors["known-b"] == ("cite-known-b-1", "cite-known-b-2")
    assert '<a id="cite-known-a-1" href="#ref-known-a">[2, p. 3]</a>' in rendered.html
    assert '<span class="unknown-source">[?nobody]</span>' in rendered.html


def test_texts_of_one_page_share_numbers_notes_and_heading_ids() -> None:
    numbering = Numbering()
    text = "## Part\n\n[@known-a] note [^n]\n\n[^n]: Words\n"
    first, second = (render(text, "en", RESOLVE, numbering) for _ in range(2))

    assert [h.id for h in (*first.toc, *second.toc)] == ["s-part", "s-part-2"]
    assert second.cited == ("known-a",)
    assert second.anchors["known-a"] == ("cite-known-a-1", "cite-known-a-2")
    ids = re.findall(r' id="([^"]+)"', first.html + second.html)
    assert len(ids) == len(set(ids))
    assert {"fn-1", "fn-2"} <= set(ids)


def test_footnotes_are_linked_both_ways() -> None:
    shown = html("Twice[^n] and[^n].\n\n[^n]: *Words*\n")

    assert shown.count('href="#fn-1"') == 2
    assert 'href="#fnref-1"' in shown
    assert 'href="#fnref-1-2"' in shown
    assert '<li id="fn-1"><p><em>Words</em>' in shown


def test_a_remark_without_title_is_named_in_the_text_s_language_and_an_unknown_kind_is_a_note() -> None:
    shown = html('!!! tip\n    One\n\n!!! danger "Take *care*"\n    Two\n')

    assert '<div class="admonition tip">\n<p class="admonition-title">Tip</p>' in shown
    assert '<div class="admonition note">\n<p class="admonition-title">Take <em>care</em></p>' in shown


def test_definition_lists_and_struck_words() -> None:
    assert "<dl>\n<dt>Term</dt>\n<dd>What it is</dd>\n</dl>" in html("Term\n: What it is\n")
    assert "<s>gone</s>" in html("~~gone~~")


def test_a_picture_comes_from_the_library_with_its_size_and_an_outside_one_is_only_linked() -> None:
    shown = html(
        '![Words](media:map.png "A caption")\n\n![pixel](https://tracker.example/p.gif) ![](media:none.png)'
    )

    assert '<img src="/media/map.png" alt="Words" width="640" height="480" loading="lazy">' in shown
    assert "<figcaption>A caption</figcaption>" in shown
    assert 'src="https://tracker' not in shown
    assert 'href="https://tracker.example/p.gif" class="external"' in shown
    assert '<span class="missing-media">none.png</span>' in shown


def test_outside_links_lend_no_weight_and_inside_ones_are_plain() -> None:
    shown = html("[out](https://example.org) [in](/encyclopedia/en/x) <http://auto.example>")

    assert shown.count('rel="nofollow noopener external"') == 2
    assert '<a href="/encyclopedia/en/x">in</a>' in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](data:image/svg+xml;base64,AAAA)",
        "[x](//evil.example)",
        "[x](/\\evil.example)",
        "<javascript:alert(1)>",
        '[x](http://a.b "\\" onclick=alert(1) x=\\"")',
        "[[x|<img src=x onerror=alert(1)>]]",
        "[@nobody, <script>alert(1)</script>]",
        "## <script>alert(1)</script>",
        '![a](media:map.png "<script>alert(1)</script>")',
    ],
)
def test_nothing_runs(text: str) -> None:
    shown = html(text)
    tags = re.findall(r"<[^>]*>", shown)

    assert not any(
        re.match(r"</?(?:script|img|style|iframe)\b", tag) for tag in tags if "/media/map.png" not in tag
    )
    assert not any(re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", tag)) for tag in tags)
    assert not re.search(r'(?:href|src)="(?:\s*(?:javascript|data):|//|/\\|/%5C)', shown, re.IGNORECASE)


def test_a_heading_bears_the_link_that_edits_its_section() -> None:
    resolve = Resolve(entry, bool, PICTURES.get, lambda number: f"/edit?section={number}")
    shown = html("# One\n\n> ## Quoted\n\n## Two\n", resolve)

    assert '<h2 id="s-one">One</h2><a class="edit-section" href="/edit?section=1"' in shown
    assert '<h2 id="s-two">Two</h2><a class="edit-section" href="/edit?section=2"' in shown
    assert shown.count("edit-section") == 2


def test_what_is_nested_too_deeply_is_shown_as_it_was_typed() -> None:
    deep = ">" * (DEEPEST + 5) + " words"
    document = Document(deep, "en")

    assert document.parsed.plain_only
    assert document.parsed.plain == deep
    assert document.render(RESOLVE).html.startswith('<pre class="plain-text">&gt;&gt;')


@given(TEXTS)
@settings(max_examples=200, deadline=None)
@example("a  \r\nb\x00\u202e")
@example("e\u0301")
def test_storing_twice_changes_nothing(text: str) -> None:
    stored = normalise(text)

    assert normalise(stored) == stored
    assert stored == "" or (stored.endswith("\n") and not stored.endswith("\n\n"))
    assert not re.search("[\x00-\x08\r\u202a-\u202e\u2066-\u2069]", stored)


def test_a_line_break_by_two_blanks_is_stored_and_hidden_signs_are_not() -> None:
    assert normalise("\n\na    \r\nb \t\r\n\r\n\u202ec\x07\n\n\n") == "a  \nb\n\nc\n"
    assert normalise(" \n\t\n") == ""


@given(st.text(max_size=400))
def test_a_slug_is_always_an_address(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,118}", slugify(title))
    assert slugify(slugify(title)) == slugify(title)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L’astroturfing : cœur de l'été", "l-astroturfing-coeur-de-l-ete"),
        ("Œuvre à façon", "oeuvre-a-facon"),
        ("", "entry"),
        ("《信息》", "entry"),
        ("a" * 300, "a" * 119),
    ],
)
def test_titles_become_slugs(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_threads_share_the_parser_from_its_first_use_on() -> None:
    parser.cache_clear()
    texts = [
        f"## Part {number}\n\n[[crowdtangle]] [@known-{number}] *words* [^n]\n\n[^n]: {number}\n"
        for number in range(40)
    ]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(html, texts))

    assert together == [html(text) for text in texts]
