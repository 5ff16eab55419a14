"""Where the client does not go: the network that it runs in, whatever name or redirection leads there."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.http import Bounds, HttpClient, OutgoingFailed, OutgoingRefused, Rules, World
from common.http.network import Resolve
from tests.common.http.conftest import MakeClient
from tests.common.http.fakes import standing_in
from tests.common.http.site import Site, reply

STRICT = Rules()


def answering(*answers: list[str]) -> tuple[Resolve, list[str]]:
    """Return a name server that gives these answers in turn (the last repeats), and the hosts it was asked for."""
    waiting, asked = list(answers), []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return resolve, asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "①②⑦.⓪.⓪.①",  # digits that Unicode normalises to 127.0.0.1
    ],
)
def test_no_spelling_of_a_private_address_is_opened(make_client: MakeClient, host: str) -> None:
    with pytest.raises((OutgoingRefused, OutgoingFailed)) as caught:
        make_client(STRICT, Bounds(attempts=1, connect=1, total=5)).get(f"http://{host}/")
    # A spelling that the system does not understand leads nowhere; all others must be refused.
    assert isinstance(caught.value, OutgoingRefused) or "cannot be reached" in caught.value.message


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("gopher://example.org:70/", "http://"),
        ("//example.org/", "http://"),
        ("example.org", "http://"),
        ("", "http://"),
        ("http://", "http://"),
        ("http:///path", "http://"),
        ("http://user@example.org/", "name or password"),
        ("http://user:word@example.org/", "name or password"),
        ("http://example.org:22/", "Port 22"),
        ("https://example.org:6379/", "Port 6379"),
        ("http://example.org:99999/", "Port 99999"),
        ("http://exa mple.org/", "not an address"),
        ("http://[::1/", "not an address"),
        ("http://xn--\ud800.org/", "not an address"),
        ("http://" + "é" * 80 + ".org/", "not an address"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(make_client: MakeClient, url: str, why: str) -> None:
    with pytest.raises(OutgoingRefused, match=why):
        make_client(STRICT).get(url)


def test_a_public_name_with_a_private_address_is_refused(make_client: MakeClient) -> None:
    resolve, _ = answering(["10.0.0.5"])
    with pytest.raises(OutgoingRefused, match=r"inside.example is not on the public internet"):
        make_client(STRICT, resolve=resolve).get("http://inside.example/")


def test_only_the_public_addresses_of_a_name_are_tried(
    monkeypatch: pytest.MonkeyPatch, make_client: MakeClient
) -> None:
    resolve, _ = answering(["127.0.0.1", "192.0.2.7", "9.9.9.9", "2606:4700::1"])
    tried = connections(monkeypatch)
    with pytest.raises(OutgoingFailed, match="cannot be reached"):
        make_client(STRICT, Bounds(attempts=1), resolve=resolve).get("http://mixed.example/")
    assert tried == ["9.9.9.9", "2606:4700::1"]


def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list into which the addresses of all connections will be written; none of them succeeds."""
    tried: list[str] = []

    async def connect(remote_host: str, *_args: object, **_more: object) -> None:
        tried.append(remote_host)
        raise OSError("no network in this test")

    monkeypatch.setattr("anyio.connect_tcp", connect)
    return tried


def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch, make_client: MakeClient
) -> None:
    """DNS rebinding: a public address for the check, a private one a moment later."""
    resolve, asked = answering(["9.9.9.9"], ["127.0.0.1"])
    tried = connections(monkeypatch)
    client = make_client(STRICT, Bounds(attempts=1), resolve=resolve)
    with pytest.raises(OutgoingFailed):
        client.get("http://rebinding.example/")
    assert (asked, tried) == (["rebinding.example"], ["9.9.9.9"])
    with pytest.raises(OutgoingRefused):
        client.get("http://rebinding.example/")
    assert tried == ["9.9.9.9"]


def test_the_site_is_asked_by_its_name(site: Site, make_client: MakeClient) -> None:
    resolve, _ = answering(["127.0.0.1"])
    site.answers["/"] = reply(200, b"by name")
    client = make_client(Rules(allow_private=frozenset({"xn--t-9fa.example"})), resolve=resolve)
    assert client.get(site.url("/", host="Ét.example")).body == b"by name"
    assert site.asked[0][2]["Host"] == f"xn--t-9fa.example:{site.port}"


@contextlib.contextmanager
def overheard() -> Iterator[tuple[int, list[bytes]]]:
    """Yield the port of a listener, and the first bytes that are sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            link, _ = listener.accept()
            with link:
                heard.append(link.recv(4_096))

        thread = threading.Thread(target=listen)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join()


def test_the_certificate_is_asked_for_by_the_sites_name(make_client: MakeClient) -> None:
    resolve, _ = answering(["127.0.0.1"])
    with overheard() as (port, heard), pytest.raises(OutgoingFailed):
        make_client(bounds=Bounds(attempts=1), resolve=resolve).get(f"https://trusted.example:{port}/")
    assert b"trusted.example" in heard[0]  # the server name in the ClientHello (RFC 6066)


# Redirections


def test_redirections_are_followed_to_their_end(site: Site, make_client: MakeClient) -> None:
    site.answers["/old"] = reply(301, Location="/new?x=1")
    site.answers["/new"] = reply(200, b"here")
    answer = make_client().get(site.url("/old"), headers={"Authorization": "key"})
    assert (answer.body, answer.url) == (b"here", site.url("/new?x=1"))
    assert site.asked[1][2]["Authorization"] == "key"


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://user:word@example.org/",
        "http://example.org:25/",
        "//10.0.0.1/",
    ],
)
def test_a_redirection_inside_is_refused(site: Site, make_client: MakeClient, target: str) -> None:
    site.answers["/"] = reply(302, Location=target)
    with pytest.raises(OutgoingRefused):
        make_client().get(site.url())
    assert len(site.asked) == 1


def test_a_redirection_does_not_borrow_an_administrators_trust(site: Site, make_client: MakeClient) -> None:
    resolve, _ = answering(["127.0.0.1"])
    site.answers["/"] = reply(302, Location=site.url("/inside"))
    with pytest.raises(OutgoingRefused, match="leads to an address that is not public"):
        make_client(resolve=resolve).get(site.url("/", host="trusted.example"))
    assert [asked[1] for asked in site.asked] == ["/"]


def test_secrets_stay_at_their_origin() -> None:
    first = httpx.Request(
        "GET", "https://a.example/", headers={"X-Key": "k", "Authorization": "k", "Accept": "a/b"}
    )
    following = httpx.Request("GET", "https://b.example/", headers=first.headers)
    assert set(STRICT.redirected(first, following).headers) == {"host", "accept"}
    same = httpx.Request("GET", "https://a.example:443/2", headers=first.headers)
    assert STRICT.redirected(first, same).headers["x-key"] == "k"


def test_contents_are_not_sent_on_to_another_site(site: Site, make_client: MakeClient) -> None:
    site.answers["/"] = reply(307, Location="http://9.9.9.9/")
    with pytest.raises(OutgoingRefused, match="sent to another site"):
        make_client().request("POST", site.url(), content=b"secret")


def test_a_form_that_was_taken_leads_to_a_page(site: Site, make_client: MakeClient) -> None:
    site.answers["/form"] = reply(303, Location="/done")
    site.answers["/done"] = reply(200)
    make_client().request("POST", site.url("/form"), content=b"text")
    assert [(asked[0], asked[3]) for asked in site.asked] == [("POST", b"text"), ("GET", b"")]


def test_a_circle_of_redirections_ends(site: Site, make_client: MakeClient) -> None:
    site.answers["/"] = reply(302, Location="/")
    with pytest.raises(OutgoingFailed, match="without end"):
        make_client().get(site.url())
    assert len(site.asked) == 6


@pytest.mark.parametrize("target", ["http://[", "http://a:b:c/", "\x00"])
def test_a_redirection_nowhere_is_a_failure(site: Site, make_client: MakeClient, target: str) -> None:
    site.answers["/"] = reply(302, Location=target)
    with pytest.raises((OutgoingFailed, OutgoingRefused)):
        make_client(bounds=Bounds(attempts=1, rate=1e6)).get(site.url())


def test_trust_is_in_a_host_not_in_its_neighbours() -> None:
    rules = Rules(allow_private=frozenset({"mastodon.internal", "::1"}))
    assert rules.trusts("Mastodon.Internal.")
    assert rules.trusts("::1")
    assert not rules.trusts("evil.mastodon.internal")
    assert not rules.trusts("internal")


@given(st.text(max_size=60) | st.text(max_size=40).map("http://{}".format))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_opened_or_refused_in_words(text: str) -> None:
    visited: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        visited.append(request)
        return httpx.Response(200)

    world = World(transport=standing_in(answer))
    with HttpClient("tests", world=world) as client, contextlib.suppress(OutgoingRefused):
        client.get(text)
    for request in visited:
        assert request.url.scheme in ("http", "https")
        assert not request.url.userinfo
        assert request.url.port in (None, 80, 443)
