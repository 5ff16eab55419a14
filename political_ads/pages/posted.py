"""What a coordinator's form sends: texts, and at most one file."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from common.errors import TooLarge
from common.i18n import gettext as _

MOST_FIELDS = 400
MOST_PART = 1_000_000  # bytes of one field; a long questionnaire has 60,000
MOST_FILE = 1_000_000


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_PART)
    try:
        yield form
    finally:
        await form.close()


Given = Annotated[FormData, Depends(_posted, scope="function")]


def values_of(form: FormData) -> dict[str, str]:
    r"""Return the form's texts by name, with ``\n`` as line end (browsers send ``\r\n``); the last of a name counts."""
    return {name: value.replace("\r\n", "\n") for name, value in form.multi_items() if isinstance(value, str)}


def several_in(form: FormData, name: str) -> list[str]:
    """Return all values of a field."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def text_or_file(form: FormData, text: str, file: str) -> str:
    """Return a text that was pasted, or that of a file (UTF-8; what is not, is shown as replaced). Raises `TooLarge`."""
    given = form.get(file)
    if isinstance(given, UploadFile) and given.filename:
        content = given.file.read(MOST_FILE + 1)
        if len(content) > MOST_FILE:
            raise TooLarge(_("This file is larger than one megabyte; a questionnaire is not."))
        return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return values_of(form).get(text, "")
