"""What integrations attach to messages, in the Mattermost manner, checked: only what is known, in known sizes.

Fields are those that the bots of 2019 send: `color, fallback, pretext, text, title, title_link, image_url, fields[{title, value, short}],
actions[{name, integration: {url, context}}]`. Pictures are never loaded from elsewhere: `image_url` is shown as a link. Where a button
leads stays out of the message: `split_buttons` takes it apart, since everybody in the room can read messages.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

MOST = 20  # attachments of a message
MOST_FIELDS = 20
MOST_BUTTONS = 10
LONGEST_LINE = 300  # characters
LONGEST_TEXT = 8_000
MOST_CONTEXT = 8_000  # bytes of JSON
_COLOUR = re.compile(r"#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_NAMED_COLOURS = frozenset({"good", "warning", "danger"})
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)

Attachment = dict[str, Any]


@dataclass(frozen=True)
class Pressed:
    """Where a button leads: the address that is asked when somebody presses it, and what it is told."""

    id: str
    name: str
    url: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What an integration answers to a command. `goto`: an address to open."""

    in_channel: bool
    text: str
    attachments: tuple[Attachment, ...] = ()
    goto: str = ""

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.text and not self.attachments


@dataclass(frozen=True)
class ButtonAnswer:
    """What an integration answers to a button: a message to put in the old one's place, a sentence for who pressed it."""

    message: str | None = None
    attachments: tuple[Attachment, ...] | None = None
    ephemeral: str = ""


def attachments_in(given: Sequence[Any]) -> tuple[Attachment, ...]:
    """Return attachments as they are kept; what is unknown, empty or of a wrong type is left out."""
    checked = (_attachment(one) for one in given[:MOST] if isinstance(one, Mapping))
    return tuple(one for one in checked if one)


def read_answer(given: Any) -> Answer:
    """Return an answer to a command, or to a `response_url`. Raises ValueError where it is no JSON object."""
    if not isinstance(given, Mapping):
        message = "the answer is not a JSON object"
        raise ValueError(message)
    attached = given.get("attachments")
    goto = _line(given.get("goto_location"), 2_000)
    return Answer(
        in_channel=given.get("response_type") == "in_channel",
        text=_text(given.get("text")),
        attachments=attachments_in(attached) if isinstance(attached, list) else (),
        goto=goto if _WEB.fullmatch(goto) else "",
    )


def read_button_answer(given: Any) -> ButtonAnswer:
    """Return an answer to a button: `{update: {message, props: {attachments}}, ephemeral_text}`. Raises ValueError."""
    if not isinstance(given, Mapping):
        message = "the answer is not a JSON object"
        raise ValueError(message)
    update = given.get("update")
    if not isinstance(update, Mapping):
        return ButtonAnswer(ephemeral=_text(given.get("ephemeral_text")))
    props = update.get("props")
    attached = props.get("attachments") if isinstance(props, Mapping) else update.get("attachments")
    return ButtonAnswer(
        _text(update["message"]) if isinstance(update.get("message"), str) else None,
        attachments_in(attached) if isinstance(attached, list) else None,
        _text(given.get("ephemeral_text")),
    )


def split_buttons(
    attachments: Sequence[Attachment], new_id: Callable[[], str]
) -> tuple[tuple[Attachment, ...], tuple[Pressed, ...]]:
    """Return the attachments with buttons that have ids only, and where those lead."""
    kept: list[Attachment] = []
    buttons: list[Pressed] = []
    for one in attachments:
        shown = []
        for action in one.get("actions", ()):
            pressed = Pressed(new_id(), action["name"], action["url"], action["context"])
            buttons.append(pressed)
            shown.append({"id": pressed.id, "name": pressed.name})
        kept.append({**one, "actions": shown} if shown else {k: v for k, v in one.items() if k != "actions"})
    return tuple(kept), tuple(buttons)


def button_in(attachments: Sequence[Mapping[str, Any]], button_id: str) -> bool:
    """Say whether a message still shows this button."""
    return any(action.get("id") == button_id for one in attachments for action in one.get("actions") or ())


def command_form(  # noqa: PLR0913 - the fields of the request
    *,
    token: str,
    channel_id: str,
    channel_name: str,
    user_id: str,
    user_name: str,
    command: str,
    text: str,
    response_url: str,
) -> dict[str, str]:
    """Return the fields of a request that a command sends, as Mattermost and Slack name them."""
    return {
        "token": token,
        "team_id": "",
        "team_domain": "",
        "channel_id": channel_id,
        "channel_name": channel_name,
        "user_id": user_id,
        "user_name": user_name,
        "command": f"/{command}",
        "text": text,
        "response_url": response_url,
    }


def _attachment(given: Mapping[str, Any]) -> Attachment:
    kept: Attachment = {}
    for name in ("title", "author_name", "footer"):
        kept[name] = _line(given.get(name))
    for name in ("text", "pretext", "fallback"):
        kept[name] = _text(given.get(name))
    if kept["pretext"]:
        kept["text"] = "\n\n".join(filter(None, (kept.pop("pretext"), kept["text"])))
    for name in ("title_link", "image_url"):
        kept[name] = _address(given.get(name))
    kept["color"] = _colour(given.get("color"))
    kept["fields"] = _fields(given.get("fields"))
    kept["actions"] = _actions(given.get("actions"))
    says = any(kept.get(name) for name in ("title", "text", "fallback", "fields", "image_url", "actions"))
    return {name: value for name, value in kept.items() if value} if says else {}


def _fields(given: Any) -> list[dict[str, Any]]:
    found = []
    for one in given[:MOST_FIELDS] if isinstance(given, list) else ():
        if isinstance(one, Mapping):
            title, value = _line(one.get("title")), _text(one.get("value"))
            if title or value:
                found.append({"title": title, "value": value, "short": bool(one.get("short"))})
    return found


def _actions(given: Any) -> list[dict[str, Any]]:
    found = []
    for one in given[:MOST_BUTTONS] if isinstance(given, list) else ():
        integration = one.get("integration") if isinstance(one, Mapping) else None
        if not isinstance(integration, Mapping):
            continue  # menus and Slack's own buttons have nowhere to lead here
        name, url = _line(one.get("name") or one.get("text")), _address(integration.get("url"))
        context = integration.get("context")
        context = dict(context) if isinstance(context, Mapping) else {}
        if name and url and len(orjson.dumps(context, option=orjson.OPT_NON_STR_KEYS)) <= MOST_CONTEXT:
            found.append({"name": name, "url": url, "context": context})
    return found


def _line(given: Any, most: int = LONGEST_LINE) -> str:
    text = " ".join(_text(given, most * 2).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(given: Any, most: int = LONGEST_TEXT) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    text = str(given).replace("\0", "").encode("utf-8", "replace").decode().strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def _address(given: Any) -> str:
    text = given.strip() if isinstance(given, str) else ""
    return text if len(text) <= 2_000 and _WEB.fullmatch(text) else ""


def _colour(given: Any) -> str | None:
    text = given.strip().lower() if isinstance(given, str) else ""
    if text in _NAMED_COLOURS:
        return text
    return f"#{text.lstrip('#')}" if _COLOUR.fullmatch(text) else None
