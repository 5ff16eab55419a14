"""Reading what a client sent, and saying clearly what is wrong with it."""

from typing import Any

import orjson
from pydantic import ValidationError

from collab_chat.schemas.frames import (
    FRAMES,
    Edit,
    Pin,
    Ping,
    React,
    Read,
    Redact,
    Send,
    Subscribe,
    Typing,
    Unsubscribe,
)
from common.i18n import gettext as _

Understood = Subscribe | Unsubscribe | Send | Edit | Redact | React | Pin | Read | Typing | Ping
_ECHOED = ("room", "cid")
_LONGEST_ECHO = 60  # characters


class Misunderstood(Exception):
    """A frame that is not one. `echo`: the room and cid that it named, if it did."""

    def __init__(self, code: str, message: str, echo: dict[str, str]) -> None:
        super().__init__(message)
        self.code, self.message, self.echo = code, message, echo


def understood(text: str) -> Understood:
    """Return what a client said. Raises Misunderstood."""
    try:
        return FRAMES.validate_json(text)
    except ValidationError as error:
        raise _misunderstood(text, error) from error


def echo_of(text: str) -> dict[str, str]:
    """Return the room and cid of a frame, as far as they can be made out."""
    try:
        said: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return _echo(said)


def _echo(said: Any) -> dict[str, str]:
    if not isinstance(said, dict):
        return {}
    return {name: said[name][:_LONGEST_ECHO] for name in _ECHOED if isinstance(said.get(name), str)}


def _misunderstood(text: str, error: ValidationError) -> Misunderstood:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    echo = echo_of(text)
    match first["type"]:
        case "json_invalid" | "string_unicode":
            return Misunderstood("bad_json", _("This frame is not JSON."), echo)
        case "union_tag_invalid" | "union_tag_not_found" | "model_attributes_type" | "dict_type":
            return Misunderstood("unknown_frame", _("The protocol has no such frame."), echo)
    field = ".".join(str(part) for part in first["loc"][1:]) or "frame"
    message = _("The field %(field)s cannot be used: %(reason)s.") % {"field": field, "reason": first["msg"]}
    return Misunderstood("invalid", message, echo)
