"""Incoming webhooks in the Slack shape: a payload in, a message and a signal's parts out.

Taken are `text`, `blocks` (header, section with fields, context, markdown, rich text, image and divider as far as they have words) and
`attachments` in the Slack and the Mattermost manner. `username` and `icon_…` are read over: here nobody speaks under a chosen name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs

from collab_chat.core.integrations import Attachment, attachments_in

LONGEST = 16_000  # characters of a message; the rest is cut, and said to be
MOST_BLOCKS = 50  # as Slack
DEEPEST = 12  # levels of rich text
# None reads on past the next `<`: a text of nothing but beginnings would be read once for each of them.
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>")
_MAIL = re.compile(r"<mailto:([^|<>\s]+)(?:\|[^<>]*)?>")
_NAMED = re.compile(r"<[@#!]([^|<>]+)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]|]+")


class InvalidPayload(ValueError):
    """It is not a payload of the Slack shape; Slack says `invalid_payload`."""


@dataclass(frozen=True)
class Incoming:
    """A message from outside. Empty where it had neither words nor attachments."""

    text: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.text and not self.attachments

    @property
    def title(self) -> str:
        """Return the first attachment's title, or the first line of the text."""
        titles = (one["title"] for one in self.attachments if one.get("title"))
        lines = (line.strip(" #*_>-") for line in self.words.splitlines())
        return next(titles, "") or next((line for line in lines if line), "")

    @property
    def words(self) -> str:
        """Return all that it says."""
        parts = [self.text, *(one.get("text") or one.get("fallback") or "" for one in self.attachments)]
        return "\n".join(part for part in parts if part)

    @property
    def url(self) -> str:
        """Return the address that it is about: the first title's link, or the first address in the text; "" without."""
        links = (one["title_link"] for one in self.attachments if one.get("title_link"))
        found = _ADDRESS.search(self.words)
        return next(links, "") or (found.group().rstrip(".,;:!?*_~") if found else "")


def read_payload(body: bytes, content_type: str) -> Mapping[str, Any]:
    """Return the payload of a request: JSON, or a form's field `payload` with JSON in it. Raises InvalidPayload."""
    try:
        text = body.decode()
        if content_type.split(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            text = parse_qs(text, strict_parsing=True, max_num_fields=20)["payload"][-1]
        found = json.loads(text)
    except (ValueError, KeyError, RecursionError) as error:
        raise InvalidPayload from error
    if not isinstance(found, dict):
        raise InvalidPayload
    return found


def read_message(payload: Mapping[str, Any]) -> Incoming:
    """Return what a payload says, as Markdown; what is of an unknown kind is left out. Raises InvalidPayload for wrong types."""
    text, blocks, given = payload.get("text"), payload.get("blocks"), payload.get("attachments")
    if (
        not isinstance(text, str | None)
        or not isinstance(blocks, list | None)
        or not isinstance(given, list | None)
    ):
        raise InvalidPayload
    parts = list(_blocks(blocks or ()))
    if not parts and text:  # with blocks, Slack shows the text in notices only
        parts = [to_markdown(text)]
    attached = attachments_in([_with_words(one) for one in given or () if isinstance(one, dict)])
    return Incoming(_cut("\n\n".join(part for part in parts if part.strip())), attached)


def to_markdown(text: str) -> str:
    """Return Slack's mrkdwn as Markdown: links, bold, struck out; names behind @ and # as plain words."""
    text = _MAIL.sub(r"\1", text)
    text = _LINK.sub(
        lambda found: f"[{_label(found.group(2))}]({found.group(1)})" if found.group(2) else found.group(1),
        text,
    )
    text = _NAMED.sub(lambda found: found.group(2) or found.group(1).split("^")[0], text)
    text = _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))
    return unescape(text).replace("\0", "")


def _with_words(attachment: dict[str, Any]) -> dict[str, Any]:
    """Return an attachment whose texts are Markdown, and whose blocks are its text."""
    blocks = attachment.get("blocks")
    words = "\n\n".join(_blocks(blocks)) if isinstance(blocks, list) else ""
    texts = {
        name: to_markdown(attachment[name])
        for name in ("text", "pretext", "fallback")
        if isinstance(attachment.get(name), str)
    }
    fields = [
        {**one, "value": to_markdown(one["value"]) if isinstance(one.get("value"), str) else one.get("value")}
        for one in _list(attachment.get("fields"))
        if isinstance(one, dict)
    ]
    return {**attachment, **texts, **({"text": words} if words else {}), "fields": fields}


def _blocks(blocks: Sequence[Any]) -> Iterator[str]:
    for block in blocks[:MOST_BLOCKS]:
        if not isinstance(block, dict):
            raise InvalidPayload
        match block.get("type"):
            case "header":
                yield f"**{_words(block.get('text'))}**"
            case "section":
                parts = [_words(block.get("text")), *(_words(one) for one in _list(block.get("fields")))]
                yield "\n".join(part for part in parts if part)
            case "context":
                yield " ".join(filter(None, (_words(one) for one in _list(block.get("elements")))))
            case "markdown":
                yield str(block.get("text") or "")
            case "rich_text":
                yield "".join(_rich(block, DEEPEST)).strip()
            case "image":
                yield str(block.get("alt_text") or "")


def _words(given: Any) -> str:
    """Return the words of a text object (plain_text or mrkdwn), or of an image in a context."""
    if not isinstance(given, dict):
        return ""
    text = given.get("text") if given.get("type") != "image" else given.get("alt_text")
    if not isinstance(text, str):
        return ""
    return text if given.get("type") in {"plain_text", "image"} else to_markdown(text)


def _rich(element: Any, depth: int) -> Iterator[str]:
    if not isinstance(element, dict) or depth == 0:
        return
    match element.get("type"):
        case "text":
            yield str(element.get("text") or "")
        case "link":
            yield str(element.get("text") or element.get("url") or "")
        case "emoji":
            yield f":{element.get('name')}:"
        case kind:
            for one in _list(element.get("elements")):
                yield "- " if kind == "rich_text_list" else ""
                yield from _rich(one, depth - 1)
            yield "\n" if kind in {"rich_text_section", "rich_text_preformatted", "rich_text_quote"} else ""


def _list(given: Any) -> list[Any]:
    return given[:MOST_BLOCKS] if isinstance(given, list) else []


def _label(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
