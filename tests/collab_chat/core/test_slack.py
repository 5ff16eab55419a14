"""Payloads of the Slack shape, as alerting programs send them."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.core.slack import InvalidPayload, read_message, read_payload, to_markdown

ALERTMANAGER = {
    "channel": "#alerts",
    "username": "Alertmanager",
    "icon_url": "https://example.org/icon.png",
    "attachments": [
        {
            "title": "[FIRING:2] ShareBurst (watch example)",
            "title_link": "https://alerts.example.org/#/alerts?receiver=room",
            "pretext": "Two alerts & a link",
            "text": "*Alert:* shares of <https://example.org/claim|the claim> rise",
            "fallback": "[FIRING:2] ShareBurst",
            "color": "danger",
            "mrkdwn_in": ["fallback", "pretext", "text"],
            "fields": [{"title": "Severity", "value": "*high*", "short": True}],
        }
    ],
}
GRAFANA = {
    "text": "",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Posts per hour"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Firing* <https://grafana.example.org/d/1|dashboard>"},
            "fields": [{"type": "mrkdwn", "text": "*Value*\n42"}],
        },
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "plain_text", "text": "Grafana v11"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]},
    ],
}


def test_an_alert_manager_is_understood() -> None:
    found = read_message(ALERTMANAGER)
    (one,) = found.attachments
    assert found.text == ""
    assert one["title"] == "[FIRING:2] ShareBurst (watch example)"
    assert one["text"] == (
        "Two alerts & a link\n\n**Alert:** shares of [the claim](https://example.org/claim) rise"
    )
    assert one["color"] == "danger"
    assert one["fields"] == [{"title": "Severity", "value": "**high**", "short": True}]
    assert found.title == "[FIRING:2] ShareBurst (watch example)"
    assert found.url == "https://alerts.example.org/#/alerts?receiver=room"


def test_blocks_are_understood() -> None:
    found = read_message(GRAFANA)
    assert found.text == (
        "**Posts per hour**\n\n**Firing** [dashboard](https://grafana.example.org/d/1)\n**Value**\n42\n\nGrafana v11"
    )
    assert found.title == "Posts per hour"
    assert found.url == "https://grafana.example.org/d/1"


def test_rich_text_and_markdown_blocks_have_words() -> None:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "See "},
                    {"type": "link", "url": "https://example.org/a"},
                    {"type": "emoji", "name": "eyes"},
                ],
            },
            {
                "type": "rich_text_list",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
            },
        ],
    }
    found = read_message({"blocks": [rich, {"type": "markdown", "text": "**bold**"}]})
    assert found.text == "See https://example.org/a:eyes:\n- one\n\n**bold**"


def test_a_form_field_holds_a_payload_too() -> None:
    body = urlencode({"payload": json.dumps({"text": "hello"})}).encode()
    assert read_payload(body, "application/x-www-form-urlencoded; charset=utf-8") == {"text": "hello"}


@pytest.mark.parametrize("body", [b"", b"text=hello", b"[1]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_payload_is_refused(body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        with pytest.raises(InvalidPayload):
            read_payload(body, kind)


@pytest.mark.parametrize(
    "payload", [{"text": 1}, {"text": ["x"]}, {"blocks": "x"}, {"blocks": ["x"]}, {"attachments": {"a": 1}}]
)
def test_wrong_types_are_refused(payload: dict[str, object]) -> None:
    with pytest.raises(InvalidPayload):
        read_message(payload)


def test_nothing_said_is_empty() -> None:
    for payload in ({}, {"text": ""}, {"text": None}, {"attachments": [{}]}, {"username": "x"}):
        assert read_message(payload).empty


def test_mrkdwn_becomes_markdown() -> None:
    assert to_markdown("*a* ~b~ _c_ <@U1|ada> <#C1> <!here> &lt;x&gt;") == "**a** ~~b~~ _c_ ada C1 here <x>"
    assert to_markdown("2*3*4 and a~b") == "2*3*4 and a~b"


def test_buttons_and_unsafe_addresses() -> None:
    found = read_message(
        {
            "attachments": [
                {
                    "title": "T",
                    "title_link": "javascript:alert(1)",
                    "image_url": "data:image/png;base64,xx",
                    "color": "red; x",
                    "actions": [
                        {
                            "name": "Yes",
                            "integration": {"url": "https://bot.example.org/yes", "context": {"id": 1}},
                        },
                        {"name": "Menu", "type": "select", "options": []},
                    ],
                }
            ]
        }
    )
    (one,) = found.attachments
    assert set(one) == {"title", "actions"}
    assert one["actions"] == [{"name": "Yes", "url": "https://bot.example.org/yes", "context": {"id": 1}}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "text": JSON,
            "blocks": st.lists(
                st.fixed_dictionaries(
                    {
                        "type": st.sampled_from(
                            ["section", "header", "context", "rich_text", "image", "markdown"]
                        )
                    },
                    optional={"text": JSON, "fields": JSON, "elements": JSON, "alt_text": JSON},
                ),
                max_size=3,
            ),
            "attachments": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional=dict.fromkeys(
                        ("title", "text", "color", "fields", "actions", "title_link", "blocks"), JSON
                    ),
                ),
                max_size=3,
            ),
        },
    )
)
def test_whatever_comes_is_read_or_refused(payload: dict[str, object]) -> None:
    try:
        found = read_message(payload)
    except InvalidPayload:
        return
    assert isinstance(found.text, str)
    json.dumps(found.attachments)
