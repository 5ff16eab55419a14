"""What script adds, and that reading does without it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_theme_is_kept_and_written_by_the_server(open_page):
    page = open_page("/en/")
    page.click(".masthead-tools summary")
    page.click(".masthead-tools [data-theme-set=dark]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    answer = page.request.get("/en/")
    assert 'data-theme="dark"' in answer.text()  # so nothing flashes: the page arrives dark
    page.click(".masthead-tools [data-theme-set=system]")
    assert "data-theme=" not in re.search(r"<html[^>]*>", page.request.get("/en/").text()).group()


def test_the_keyboard_walks_a_list_and_leaves_writing_alone(open_page):
    page = open_page("/en/styleguide")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-item] a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-item] a").nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("j/?")
    expect(page.locator("[data-search]")).to_have_value("j/?")


def test_question_mark_shows_the_keys_and_escape_closes_them(open_page):
    page = open_page("/fr/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_what_cannot_be_undone_is_asked_first(open_page):
    page = open_page("/en/account", email="analyst@example.org")
    page.fill("#name", "to be revoked")
    page.click("form[action$='/account/tokens'] button[type=submit]")
    expect(page.locator("td form[data-confirm]")).to_have_count(1)
    page.click("td form[data-confirm] button")
    expect(page.locator("#confirm")).to_be_visible()
    page.click("#confirm button[value=no]")
    expect(page.locator("td form[data-confirm]")).to_have_count(1)
    page.click("td form[data-confirm] button")
    with page.expect_navigation():
        page.click("#confirm button[value=yes]")
    expect(page.locator("td form[data-confirm]")).to_have_count(0)
    expect(page.locator(".notices")).to_be_visible()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(open_page):
    page = open_page("/en/", width=390)
    page.click(".masthead-menu > summary")
    expect(page.locator(".masthead-menu .menu-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".masthead-menu .menu-panel")).to_be_hidden()
    expect(page.locator(".masthead-menu > summary")).to_be_focused()


def test_without_script_the_menu_opens_and_nothing_dead_is_shown(open_page):
    page = open_page("/en/", width=390, script=False)
    page.click(".masthead-menu > summary")
    expect(page.locator(".masthead-menu a", has_text="Bot detector")).to_be_visible()
    assert page.locator(".needs-script:visible").count() == 0


def test_a_file_that_was_chosen_is_named_with_its_size(open_page):
    page = open_page("/en/styleguide")
    page.set_input_files(
        "#file", {"name": "accounts.jsonl", "mimeType": "application/json", "buffer": b"x" * 123_456}
    )
    expect(page.locator(".drop-chosen")).to_have_text("accounts.jsonl (123.5 kB)")


def test_short_news_is_said_and_can_be_closed(open_page):
    page = open_page("/en/")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'The role was changed.'}}))"
    )
    expect(page.locator("#toasts .toast")).to_have_text(re.compile("The role was changed"))
    page.click("#toasts .toast button")
    expect(page.locator("#toasts .toast")).to_have_count(0)
