"""A served toolkit with its demonstration data, and a real Chromium."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState

from common.demo import PASSWORD, fill
from tests import services
from tests.browser.serving import served_toolkit

# A colour on its way to another has no contrast yet: axe looks when transitions (150 ms at most) are over.
SETTLED = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(each => each.finished)),
  new Promise(done => setTimeout(done, 1000)),
])"""
AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
# WCAG 2.2's size of what is touched is a rule that axe leaves off unless asked. Style sheets are read again only for a rule that
# is experimental and off.
VIOLATIONS = """async () => {
  const options = {
    resultTypes: ['violations'],
    rules: { 'target-size': { enabled: true } },
    preload: { assets: ['media'] },
  }
  const { violations } = await axe.run(document, options)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}"""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the demonstration's data."""
    folder = tmp_path_factory.mktemp("served")
    with served_toolkit(folder, open_tools=("bot_detector", "encyclopedia", "political_ads")) as app:
        fill(app.state.services)
        yield str(app.state.services.settings.public_url)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program, environment = services.chromium()
    launched = playwright.chromium.launch(
        executable_path=str(program), args=list(ARGUMENTS), env={**os.environ, **environment}
    )
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, address: str) -> Callable[[str], StorageState]:
    """Sign one of the demonstration's people in, once in a module (which may serve its own), and return the browser's cookies."""
    known: dict[str, StorageState] = {}

    def cookies_of(email: str) -> StorageState:
        if email not in known:
            context = browser.new_context(base_url=address)
            page = context.new_page()
            page.goto("/en/sign-in")
            page.fill("input[name=email]", email)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            assert page.goto("/en/account").status == 200
            known[email] = context.storage_state()
            context.close()
        return known[email]

    return cookies_of


@pytest.fixture
def open_page(
    browser: Browser, address: str, signed_in: Callable[[str], StorageState]
) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; an error in its script fails the test."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(
        path: str, *, width: int = 1280, scheme: str = "light", email: str = "", script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            base_url=address,
            storage_state=signed_in(email) if email else None,
        )
        opened.append(context)
        page = context.new_page()
        listen(page, errors)
        page.goto(path)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert not errors


def listen(page: Page, errors: list[str]) -> None:
    """Write down the errors of a page's script, and what its security policy forbade."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda said: (
            errors.append(f"{said.text} {said.location}") if "Content Security Policy" in said.text else None
        ),
    )


def serious_violations(page: Page) -> list[str]:
    """Run axe on a page and return its serious and critical findings."""
    page.evaluate(SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(VIOLATIONS)
    return found
