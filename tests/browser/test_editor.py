"""The editor's script: what it adds to a plain form, and that nothing typed is lost."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANALYST = "analyst@example.org"
NEW = "/en/encyclopedia/new?kind=concept"


def editor(open_page, path=NEW, **more):
    page = open_page(path, email=ANALYST, **more)
    page.wait_for_selector(".cm-content")
    write(page, "")
    return page


def write(page, text):
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def typed(page):
    return page.evaluate("document.querySelector('textarea[name=body]').value")


def test_without_script_the_field_is_a_plain_one(open_page):
    page = open_page(NEW, email=ANALYST, script=False)
    expect(page.locator("textarea[name=body]")).to_be_visible()
    expect(page.locator(".md-editor")).to_have_count(0)


def test_where_the_editor_cannot_start_the_field_is_a_plain_one(open_page):
    page = open_page("/en/", email=ANALYST)
    page.route(
        "**/editor-*.js",
        lambda route: route.fulfill(
            body="export const startEditors = () => {}", content_type="text/javascript"
        ),
    )
    page.goto(NEW)
    expect(page.locator("textarea[name=body]")).to_be_visible()


def test_pages_without_a_text_to_write_do_not_load_the_editor(open_page):
    page = open_page("/en/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/en/encyclopedia/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "editor-" in url]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_editor_is_accessible(open_page, width, scheme):
    page = editor(open_page, width=width, scheme=scheme)
    write(page, "## A heading\n\nSome *words* with [[links]] and [@sources].")
    expect(page.get_by_role("textbox", name="Text (English)")).to_be_focused()
    assert serious_violations(page) == []


def test_formatting_by_keys_and_by_the_toolbar(open_page):
    page = editor(open_page)
    write(page, "word")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+b")
    assert typed(page) == "**word**"
    page.keyboard.press("Control+b")
    assert typed(page) == "word"
    page.keyboard.press("Control+Alt+h")
    assert typed(page) == "## word"
    page.get_by_role("button", name="Heading").click()
    page.get_by_role("button", name="Heading").click()
    page.get_by_role("button", name="List").click()
    assert typed(page) == "- word"
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("more")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert typed(page) == "- word\n- more\n"


def test_the_toolbar_is_one_stop_and_arrows_walk_in_it(open_page):
    page = editor(open_page)
    bar = page.get_by_role("toolbar", name="Formatting")
    bar.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    expect(bar.get_by_role("button", name="Live preview")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.md-bar')") is None


def test_entries_and_sources_are_completed(open_page):
    page = editor(open_page)
    page.keyboard.type("See [[prebunk")
    page.get_by_role("option", name="Prebunking").click()
    page.keyboard.type(" and [@viginum")
    expect(page.get_by_role("option").first).to_be_visible()
    page.wait_for_timeout(100)  # the editor takes no key for a list that has only just come up
    page.keyboard.press("Enter")
    assert typed(page).startswith("See [[prebunking]] and [@viginum")
    assert typed(page).endswith("]")


def paste(page, text):
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text)
        document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }""",
        text,
    )


def test_an_address_over_words_becomes_a_link_and_one_alone_a_source(open_page):
    page = editor(open_page)
    write(page, "words")
    page.keyboard.press("Shift+Home")
    paste(page, "https://example.org/a")
    assert typed(page) == "[words](https://example.org/a)"
    write(page, "")
    paste(page, "https://127.0.0.1/private")
    page.get_by_role("button", name="Make it a source").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("could not be read")  # such an address is never opened
    dialog.get_by_label("Title").fill("A page that was pasted")
    dialog.get_by_label("Key").fill("pasted-page")
    dialog.get_by_role("button", name="Write it down").click()
    expect(dialog).to_be_hidden()
    assert typed(page) == "[@pasted-page]"


def test_a_dropped_picture_goes_into_the_library_with_words_and_a_licence(open_page):
    page = editor(open_page)
    page.get_by_role("button", name="Picture or document").click()
    dialog = page.get_by_role("dialog")
    written = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(written, "PNG")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "a sea.png", "mimeType": "image/png", "buffer": written.getvalue()}
    )
    dialog.get_by_label("What it shows").fill("A calm sea")
    dialog.get_by_label("Licence").select_option("CC0-1.0")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog).to_be_hidden()
    assert typed(page) == "![A calm sea](media:a-sea.png)"


def test_the_live_preview_follows(open_page):
    page = editor(open_page)
    page.get_by_label("Title").fill("A word")
    page.get_by_role("button", name="Live preview").click()
    write(page, "Some **strong** words")
    expect(page.locator("[data-preview-pane] .preview-text strong")).to_have_text("strong")


def test_what_is_typed_is_kept_as_a_draft_and_leaving_is_then_free(open_page):
    page = editor(open_page)
    write(page, "Half a thought")
    expect(page.locator("[data-status]")).to_contain_text("Draft saved at", timeout=10_000)
    page.goto("/en/encyclopedia/")  # no question is asked: it would make this time out
    page.goto(f"{NEW}&draft=1")
    page.wait_for_selector(".cm-content")
    assert typed(page) == "Half a thought"


def test_without_a_connection_the_tab_keeps_what_is_typed(open_page):
    page = editor(open_page)
    page.route("**/draft*", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    write(page, "Typed on a train")
    expect(page.locator("[data-status]")).to_contain_text("kept in this tab", timeout=10_000)
    page.reload()
    page.get_by_role("button", name="Take them back").click()
    assert typed(page) == "Typed on a train"


def test_pickers_name_entries_and_sources(open_page):
    page = open_page("/en/encyclopedia/entries/prebunking/facts", email=ANALYST)
    picker = page.locator("input[data-complete-entry][role=combobox]").last
    picker.fill("")
    picker.press_sequentially("debunk")
    expect(page.get_by_role("option", name="Debunking")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(picker).to_have_value("Debunking")
    expect(picker).to_have_attribute("aria-expanded", "false")
