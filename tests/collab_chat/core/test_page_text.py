"""What a captured page says."""

from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.page_text import LONGEST_TEXT, LONGEST_TITLE, read_html


def test_programs_and_styles_are_no_words() -> None:
    page = read_html(
        "<title> A\n b </title><style>p{}</style><script>x()</script><p>One <b>two</b></p><p>three\x00&amp;</p><noscript>no</noscript>"
    )
    assert (page.title, page.text) == ("A b", "One two\nthree&")


def test_a_title_for_sharing_stands_in() -> None:
    assert read_html('<meta property="og:title" content="Named"><body>x').title == "Named"


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="<>/!-[]ab&;='\"\0 "))
def test_nothing_raises_and_all_is_bounded(html: str) -> None:
    page = read_html(f"<title>{html}" * 3)
    assert len(page.title) <= LONGEST_TITLE
    assert len(page.text) <= LONGEST_TEXT
    assert "\0" not in page.title + page.text
