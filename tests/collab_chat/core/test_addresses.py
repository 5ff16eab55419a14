"""One address for one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.addresses import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.ORG:80/a/?utm_source=x&b=2&a=1#top", "https://example.org/a?a=1&b=2"),
        (
            "https://m.facebook.com/story.php?story_fbid=1&id=2&fbclid=zz",
            "https://facebook.com/story.php?id=2&story_fbid=1",
        ),
        ("https://twitter.com/a/status/1?s=20", "https://x.com/a/status/1"),
        ("https://mobile.twitter.com/a/status/1", "https://x.com/a/status/1"),
        ("https://youtu.be/abc?si=x", "https://youtube.com/watch?v=abc"),
        ("https://www.youtube.com/watch?v=abc&feature=share", "https://youtube.com/watch?v=abc"),
        ("https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
        ("https://example.org/café", "https://example.org/caf%C3%A9"),
        ("https://exämple.org/", "https://xn--exmple-cua.org/"),
        ("https://example.org/index.html", "https://example.org/"),
        ("https://example.org/story/amp/", "https://example.org/story"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org/#!/post/1", "https://example.org/#!/post/1"),
        ("https://m.co/a", "https://m.co/a"),
        ("http://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("javascript:alert(1)", ""),
        ("mailto:a@example.org", ""),
        ("no address", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_what_sharing_adds_is_taken_off(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


PARTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(PARTS, PARTS, st.dictionaries(st.sampled_from(["a", "utm_x", "v", "fbclid"]), PARTS, max_size=3))
def test_a_canonical_address_is_its_own(path: str, fragment: str, query: dict[str, str]) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    once = canonical_url(f"https://www.example.org/{path}?{asked}#{fragment}")
    assert canonical_url(once) == once


@given(st.text())
def test_nothing_raises(text: str) -> None:
    assert isinstance(canonical_url(text), str)
