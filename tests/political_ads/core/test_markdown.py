"""Guidelines as HTML: nothing that loads, runs or leads astray, and headings that fit their page."""

from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.markdown import to_html


def test_headings_stand_below_the_page_s_own() -> None:
    assert "<h3>One</h3>" in to_html("# One\n\n## Two", below=2)
    assert "<h4>Two</h4>" in to_html("# One\n\n## Two", below=2)
    assert "<h2>One</h2>" in to_html("### One", below=1)
    assert "<h6>Deep</h6>" in to_html("# One\n\n##### Deep", below=4)


def test_markup_is_kept_and_html_is_shown_as_text() -> None:
    html = to_html("**Read** *all* <b onclick=x>this</b>\n\n- one\n- two")
    assert "<strong>Read</strong>" in html
    assert "<li>one</li>" in html
    assert "<b" not in html
    assert "&lt;b onclick=x&gt;" in html


def test_links_lead_only_to_pages_and_nothing_is_loaded() -> None:
    html = to_html("[law](https://example.org/) [bad](javascript:alert(1)) ![x](https://example.org/x.png)")
    assert 'href="https://example.org/"' in html
    assert "noopener" in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@given(st.text(max_size=300))
def test_no_text_makes_a_tag_that_is_not_ours(text: str) -> None:
    html = to_html(text).lower()
    assert not any(f"<{tag}" in html for tag in ("script", "img", "iframe", "style", "svg", "form", "input"))
