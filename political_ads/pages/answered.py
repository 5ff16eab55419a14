"""What a plain form says of a creative, as the shape that the script sends too."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import ValidationError
from starlette.datastructures import FormData

from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.schemas import GivenAnswer, QuestionKind, Questionnaire

MOST_FIELDS = 500
MOST_PART = 100_000  # bytes of one field
MOST_SECONDS = 86_400.0


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_PART)
    try:
        yield form
    finally:
        await form.close()


Posted = Annotated[FormData, Depends(_posted, scope="function")]


def text_in(form: FormData, name: str) -> str:
    """Return a field's text, empty where it has none."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def number_in(form: FormData, name: str) -> int:
    """Return a field's whole number; 0 where it holds none."""
    value = text_in(form, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def answers_in(form: FormData, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what was answered, by question; a question of which no field came is left out."""
    answers: dict[str, Any] = {}
    for question in questionnaire.questions:
        values = [value for value in form.getlist(f"answer.{question.key}") if isinstance(value, str)]
        if question.kind is QuestionKind.MULTIPLE and values:
            answers[question.key] = tuple(value for value in values if value)  # "": none of these
        elif any(values):
            answers[question.key] = values[-1]
    return answers


def given_in(app: Services, form: FormData, questionnaire: Questionnaire) -> GivenAnswer:
    """Return the plain form's answer. Raises `Invalid` where the form is not one of ours."""
    try:
        return GivenAnswer.model_validate(
            {
                "item_id": number_in(form, "item_id"),
                "client_key": uuid.UUID(text_in(form, "client_key")),
                "questionnaire_id": number_in(form, "questionnaire_id") or None,
                "answers": answers_in(form, questionnaire),
                "flag": text_in(form, "flag") or None,
                "comment": text_in(form, "comment"),
                "seconds": _seconds_since(app, text_in(form, "shown")),
            }
        )
    except (ValidationError, ValueError) as error:
        raise Invalid(_("This answer could not be read. Please give it again.")) from error


def shown_now(app: Services) -> str:
    """Return a signed mark of when a form was made."""
    return str(_signer(app).dumps(app.clock().timestamp()))


def _seconds_since(app: Services, mark: str) -> float:
    try:
        shown = float(_signer(app).loads(mark))
    except (BadSignature, TypeError, ValueError):
        return 0.0
    return min(max(app.clock().timestamp() - shown, 0.0), MOST_SECONDS)


def _signer(app: Services) -> URLSafeSerializer:
    return URLSafeSerializer(app.settings.secret, "ad shown")
