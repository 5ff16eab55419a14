"""The house's manners: headers, languages, errors, origins, limits, health."""

import datetime as dt
import re

import pytest
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from common.accounts.actors import Role
from common.i18n import use_locale
from common.web.formats import Formats
from common.web.locales import preferred_locale


def test_every_page_bears_the_security_headers_and_a_nonce_of_its_own(guest):
    first, second = guest.get("/en/"), guest.get("/en/")
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "X-Frame-Options"):
        assert name in first.headers
    policies = [page.headers["Content-Security-Policy"] for page in (first, second)]
    assert policies[0] != policies[1]
    assert "unsafe" not in policies[0]
    assert "default-src 'none'" in policies[0]
    assert first.headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_code_without_nonce_or_anything_from_elsewhere(guest):
    html = guest.get("/en/styleguide").text
    assert not re.findall(r"\son[a-z]+=", html)
    assert not re.findall(r"<script(?![^>]*(src=\"/static|nonce))", html)
    assert not re.findall(
        r"(?:src|href)=\"(?:https?:)?//(?!interoperable-europe|joinup|eupl)[^\"]*\.(?:js|css|woff2?|png|svg)",
        html,
    )


@pytest.mark.parametrize(
    ("asked", "cookie", "target"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "/fr/"),
        ("de,en;q=0.5", "", "/en/"),
        ("en", "fr", "/fr/"),
        ("", "", "/en/"),
    ],
)
def test_readers_without_a_language_in_the_address_are_sent_to_theirs(guest, asked, cookie, target):
    if cookie:
        guest.cookies.set("locale", cookie)
    answer = guest.get("/", headers={"Accept-Language": asked}, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == target


def test_a_page_in_french_is_french_and_links_within_french(guest):
    page = guest.get("/fr/").text
    assert '<html lang="fr"' in page
    assert 'href="/fr/sign-in"' in page
    assert 'href="/en/"' in page


def test_preferred_locale_survives_nonsense():
    assert preferred_locale(";;q=,fr;q=x,en;q=0", "fr") == "fr"
    assert preferred_locale("fr" * 10_000, "en") == "en"


def test_numbers_and_dates_follow_the_language():
    with use_locale("fr"):
        assert Formats().percent(0.125, 1) == "12,5\u202f%"
        assert Formats().number(1234.5, 1) == "1\u202f234,5"
    with use_locale("en"):
        assert Formats().percent(0.125, 1) == "12.5%"
        assert Formats().number(1234.5, 1) == "1,234.5"


def test_a_moment_is_said_in_utc_and_carries_what_the_readers_clock_needs():
    when = dt.datetime(2026, 5, 31, 18, 5, tzinfo=dt.UTC)
    with use_locale("en"):
        written = '<time datetime="2026-05-31T18:05:00+00:00" data-moment>31 May 2026, 18:05 UTC</time>'
        assert Formats().moment(when) == written
        assert Formats().short_date(when) == "31 May"


def test_an_address_that_differs_by_its_last_slash_leads_to_its_page(guest):
    moved = guest.get("/en/styleguide/?theme=dark", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/en/styleguide?theme=dark")
    for elsewhere in ("/en//example.org", "/en//example.org/", "/en/nothing/", "/en/%5Cexample.org"):
        assert guest.get(elsewhere, follow_redirects=False).status_code == 404


def test_missing_pages_are_told_to_people_as_a_page_and_to_programs_as_problem_details(guest):
    page = guest.get("/en/nothing/here")
    assert page.status_code == 404
    assert "<h1" in page.text
    answer = guest.get("/api/v1/nothing", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.json()["instance"] == f"urn:request:{answer.headers['x-request-id']}"


class Breaks:
    """Fails as no code of ours foresees, wherever it stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/health"):
            raise RuntimeError("unforeseen")
        await self.app(scope, receive, send)


@pytest.mark.parametrize("within", [True, False], ids=["after the language is known", "before"])
def test_an_unforeseen_failure_is_told_in_the_pages_language(app, within):
    app.user_middleware.insert(len(app.user_middleware) if within else 0, Middleware(Breaks))
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    with capture_logs() as logs, TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        french = client.get("/fr/account")
        assert french.status_code == 500
        assert french.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in french.headers["Content-Security-Policy"]
        assert '<html lang="fr"' in french.text
        assert "Quelque chose s’est mal passé" in french.text
        assert 'href="/fr/sign-in"' in french.text
        assert 'href="/en/account"' in french.text
        assert '<html lang="en"' in client.get("/en/account").text
        program = client.get(
            "/api/v1/nothing", headers={"Accept": "application/json", "Accept-Language": "fr"}
        )
        assert (program.status_code, program.json()["title"]) == (500, "Quelque chose s’est mal passé")
    failures = [one for one in logs if one["event"] == "unexpected failure"]
    assert len(failures) == 3
    if within:  # further out, the request has no number yet
        assert program.json()["instance"] == f"urn:request:{failures[-1]['request_id']}"


def test_a_form_from_another_site_is_refused(sign_in_as):
    client = sign_in_as(Role.MEMBER)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        assert client.post("/en/sign-out", headers=headers).status_code == 403
    assert client.get("/en/account").status_code == 200
    ours = client.post("/en/sign-out", headers={"Origin": "http://testserver"}, follow_redirects=False)
    assert ours.status_code == 303


def test_a_sign_in_link_never_leads_elsewhere(guest):
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = guest.get("/en/sign-in", params={"next": target}).text
        assert "evil.example" not in page.split("<main")[1].split("</main")[0]
        assert "javascript:alert" not in page.split("<main")[1].split("</main")[0]


def test_people_without_a_sign_in_are_asked_for_one_and_people_without_the_role_are_refused(
    guest, sign_in_as
):
    assert guest.get("/en/account").status_code == 401
    assert sign_in_as(Role.MEMBER).get("/en/admin/people").status_code == 403
    assert sign_in_as(Role.ADMIN).get("/en/admin/people").status_code == 200


def test_a_large_body_is_refused_before_it_is_read(guest, app):
    answer = guest.post("/en/sign-in", headers={"Content-Length": str(10**12)}, content=b"")
    assert answer.status_code == 413


def test_tries_to_sign_in_are_limited(guest):
    form = {"email": "robin@example.org", "password": "not this one"}
    statuses = [guest.post("/en/sign-in", data=form).status_code for _ in range(12)]
    assert statuses[:10] == [422] * 10
    assert statuses[-1] == 429


def test_sign_in_keeps_what_was_typed_but_never_the_password(guest):
    page = guest.post("/en/sign-in", data={"email": "<b>robin@example.org", "password": "s3cret-s3cret"})
    assert page.status_code == 422
    assert "&lt;b&gt;robin@example.org" in page.text
    assert "s3cret-s3cret" not in page.text


def test_health_and_metrics(guest, app):
    assert guest.get("/health/live").json() == {"status": "ok"}
    assert guest.get("/health/ready").json()["checks"] == {"database": "ok", "bus": "ok"}
    assert guest.get("/metrics").status_code == 403  # the test client is not a loopback address
    with TestClient(app, client=("127.0.0.1", 1)) as local:
        assert local.get("/en/bots/methodology").status_code == 200
        figures = local.get("/metrics").text
    for route in ("/health/live", "/bots/methodology"):
        assert f'disinfo_requests_total{{method="GET",route="{route}",status="200"}} 1.0' in figures


def test_an_unknown_token_is_told_so(guest):
    answer = guest.get(
        "/api/v1/bots/model", headers={"Authorization": "Bearer dit_wrong", "Accept": "application/json"}
    )
    assert answer.status_code == 401
    assert "token" in answer.json()["detail"]


def test_a_request_id_is_kept_when_it_is_one_and_replaced_when_it_is_not(guest):
    assert (
        guest.get("/health/live", headers={"X-Request-ID": "abcdef-12345678"}).headers["x-request-id"]
        == "abcdef-12345678"
    )
    assert guest.get("/health/live", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"] != "a b\tc"
