"""Messages' markup: what it makes, and what it never lets through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.markdown import ATTRIBUTES, TAGS, plain, to_html

_ELEMENT = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
_NAME = re.compile(r"([\w-]+)=")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("hello", "<p>hello</p>"),
        ("**b** _i_ ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("two\nlines", "<p>two<br>\nlines</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>"),
        ("```\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>"),
        ("@Ada.L hi", '<p><span class="mention">@Ada.L</span> hi</p>'),
        ("ada@example.org", "<p>ada@example.org</p>"),
    ],
)
def test_the_subset(text: str, html: str) -> None:
    assert to_html(text).strip() == html


@pytest.mark.parametrize(
    ("text", "href", "words"),
    [
        ("see https://example.org/a_b?x=1&y=2.", "https://example.org/a_b?x=1&amp;y=2", "."),
        ("(http://example.org)", "http://example.org", ")"),
        ("**https://example.org/**", "https://example.org/", "</strong>"),
        ("[words](https://example.org)", "https://example.org", ""),
    ],
)
def test_addresses_become_links_that_lend_no_weight(text: str, href: str, words: str) -> None:
    html = to_html(text)
    bare = "" if text.startswith("[") else 'class="bare" '
    assert f'<a {bare}href="{href}" rel="nofollow ugc noopener noreferrer">' in html
    assert f"</a>{words}" in html


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](http://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
    ],
)
def test_nothing_that_acts_comes_through(text: str) -> None:
    html = to_html(text)
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


@given(st.text(alphabet=st.sampled_from(list("ab @.*_`~[]()<>&\"'\n#->!1:/h\\t")), max_size=60))
def test_only_known_elements_come_out(text: str) -> None:
    for _closing, tag, rest in _ELEMENT.findall(to_html(text)):
        assert tag in TAGS
        assert set(_NAME.findall(re.sub(r'"[^"]*"', '""', rest))) <= ATTRIBUTES.get(tag, set()) | {
            "rel",
            "title",
        }


@given(st.text(max_size=80))
def test_plain_words_are_one_line(text: str) -> None:
    line = plain(text, 40)
    assert "\n" not in line
    assert len(line) <= 40


def test_plain_words_have_no_markup() -> None:
    assert plain("**A** [link](https://example.org)\n\n- x") == "A link x"
