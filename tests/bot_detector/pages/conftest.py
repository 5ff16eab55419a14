"""What the page tests share: an account made up here, and a browser that sends the form."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from common.accounts.actors import Role

ACCOUNT: dict[str, Any] = {
    "platform": "x",
    "account_id": "77",
    "handle": "river_watch77120934",
    "display_name": "River Watch",
    "description": "Levels of rivers. #river https://example.org",
    "created_at": "2026-08-01T10:00:00Z",
    "observed_at": "2026-10-01T10:00:00Z",
    "followers": 41,
    "friends": 1502,
    "statuses": 12_004,
    "favourites": 3,
    "listed": 0,
}
Send = Callable[..., Any]


def account(**changed: Any) -> dict[str, Any]:
    """Return the made-up account with some fields changed; None leaves one out."""
    return {name: value for name, value in {**ACCOUNT, **changed}.items() if value is not None}


def send(browser: TestClient, text: str = "", file: tuple[str, bytes] | None = None, **fields: str) -> Any:
    """Send the form as a browser does: an empty file field where none is chosen."""
    files = {"file": file or ("", b"")}
    return browser.post("/en/bots/score", data={"text": text, **fields}, files=files, follow_redirects=False)


def go(browser: TestClient, address: str) -> Any:
    """Follow an address that an answer gave."""
    return browser.get(address.removeprefix("http://testserver"))


def text_of(html: str) -> str:
    """Return a page's words, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def errors_of(html: str) -> list[str]:
    """Return the sentences beside the fields."""
    found = re.findall(r'<p class="error"[^>]*>(.*?)</p>', html, re.DOTALL)
    return [text_of(each).replace("Error:", "").strip() for each in found]


def lines(*accounts: dict[str, Any]) -> bytes:
    """Return accounts as JSON lines."""
    return "\n".join(json.dumps(each) for each in accounts).encode()


@pytest.fixture
def member(sign_in_as: Callable[..., TestClient]) -> TestClient:
    return sign_in_as(Role.MEMBER)
