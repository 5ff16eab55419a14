"""A page's file: front matter between lines of ---, then the text."""

from typing import Any

from common.i18n import N_
from encyclopedia.core.exchange.reader import Reader, in_order
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType
from encyclopedia.core.plain_yaml import write_yaml
from encyclopedia.core.pruning import accept
from encyclopedia.schemas import Problem, Text

FENCE = "---\n"


def parse_page(markdown: str, path: str = "") -> tuple[Text | None, tuple[Problem, ...]]:
    """Read a page's file. The text is None where it has no front matter or no usable title."""
    reader = Reader(path)
    front, body = cut(markdown)
    if front is None:
        reader.tell((), N_("The file does not begin with front matter between lines of “---”."))
        return None, reader.problems
    given = reader.read(front, first_line=2)
    if given is None:
        return None, reader.problems
    if isinstance(fields := given.get("fields"), dict):
        given["fields"] = {key: value for key, value in fields.items() if _is_prose(reader, key)}
    text = accept(Text, {**given, "body": body}, reader.say)
    return text, reader.problems


def cut(markdown: str) -> tuple[str | None, str]:
    """Return the front matter (None: there is none) and the body, without the blank line before it and its last line end."""
    markdown = markdown.removeprefix("\ufeff")
    if markdown.startswith("---\r\n"):
        markdown = markdown.replace("\r\n", "\n")
    if not markdown.startswith(FENCE):
        return None, ""
    rest = "\n" + markdown[len(FENCE) :]
    end = rest.find("\n" + FENCE)
    if end >= 0:
        body = rest[end + 1 + len(FENCE) :]
        return rest[1 : end + 1], body.removeprefix("\n").removesuffix("\n")
    return (rest[1:-3], "") if rest.endswith("\n---") else (None, "")


def _is_prose(reader: Reader, key: str) -> bool:
    definition = FIELD_BY_KEY.get(key)
    if definition is not None and definition.type is FieldType.PROSE:
        return True
    reader.tell(("fields", key), N_("There is no text field “%(field)s”."), field=key)
    return False


def dump_page(text: Text) -> str:
    """Write a page's file; `parse_page` gives the same text back."""
    front: dict[str, Any] = {"title": text.title}
    if text.lead:
        front["lead"] = text.lead
    if text.fields:
        front["fields"] = {key: text.fields[key] for key in in_order(text.fields)}
    body = f"\n{text.body}\n" if text.body else ""
    return f"{FENCE}{write_yaml(front)}{FENCE}{body}"
