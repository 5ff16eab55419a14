"""What a form of the encyclopedia sends; its texts are larger, and its fields more, than is usual."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

MOST_PART = 8_000_000  # bytes: the longest text in the longest encoding, and room for a form that carries two
MOST_FIELDS = 10_000


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_PART)
    try:
        yield form
    finally:
        await form.close()


Posted = Annotated[FormData, Depends(_posted, scope="function")]


def values_of(form: FormData) -> dict[str, str]:
    r"""Return the form's texts by name, with ``\n`` as line end (browsers send ``\r\n``); the last of a name counts."""
    return {name: value.replace("\r\n", "\n") for name, value in form.multi_items() if isinstance(value, str)}


def number_in(values: dict[str, str], name: str) -> int | None:
    """Return a field's number, or None where it holds none."""
    value = values.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
