"""Sources and the media library in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REVIEWER = "reviewer@example.org"
PAGES = ("sources", "new-source", "media", "media/upload")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_fit(open_page, path, width, scheme):
    page = open_page(f"/en/encyclopedia/{path}", email=REVIEWER, width=width, scheme=scheme)
    assert serious_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_source_is_found_by_keyboard_and_says_who_cites_it(open_page):
    page = open_page("/en/encyclopedia/sources", email=REVIEWER)
    page.keyboard.press("/")
    page.keyboard.type("portal kombat")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=portal**")
    page.keyboard.press("Tab")
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cited by")).to_be_visible()
    assert serious_violations(page) == []
