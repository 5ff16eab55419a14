"""A form that brings several files."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

MOST_FILES = 20


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=MOST_FILES, max_fields=50)
    try:
        yield form
    finally:
        await form.close()


PostedFiles = Annotated[FormData, Depends(_posted, scope="function")]
