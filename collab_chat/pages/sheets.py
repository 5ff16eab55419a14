"""A qualification sheet as a form sends it."""

import re

from pydantic import ValidationError
from starlette.datastructures import FormData

from collab_chat.schemas.cases import HarmAxis, Sheet
from common.errors import Invalid
from common.i18n import gettext as _
from common.taxonomy import Criterion

NUMBERS = re.compile(r"\d{1,9}")
PARTS = ("actor", "behaviour", "content", "degree", "effect")


def values_of(posted: FormData) -> dict[str, str]:
    r"""Return the form's texts by name, with ``\n`` as line end."""
    return {key: one.replace("\r\n", "\n") for key, one in posted.multi_items() if isinstance(one, str)}


def read_sheet(values: dict[str, str]) -> Sheet:
    """Return the sheet. Raises Invalid with a sentence for each field that does not fit."""
    answers = {
        one.value: {
            "value": values[f"answer-{one.value}"],
            "confidence": values.get(f"confidence-{one.value}") or "moderate",
            "reason": values.get(f"reason-{one.value}", ""),
            "evidence": _numbers(values.get(f"evidence-{one.value}", "")),
        }
        for one in Criterion
        if values.get(f"answer-{one.value}")
    }
    if not values.get("verdict"):
        raise Invalid(_("Some of this needs another look."), fields={"verdict": _("Choose a verdict.")})
    sheet = {
        "answers": answers,
        "verdict": values["verdict"],
        "confidence": values.get("confidence") or "moderate",
        "reason": values.get("reason", ""),
        "reliability": values.get("reliability") or "F",
        "credibility": values.get("credibility") or 6,
        "breakout": values.get("breakout") or 1,
        "harm": {
            one.value: values[f"harm-{one.value}"] for one in HarmAxis if values.get(f"harm-{one.value}")
        },
        "techniques": values.get("techniques", "").replace(",", " ").upper().split(),
        "abcde": {part: values.get(f"abcde-{part}", "") for part in PARTS},
        "conflict_of_interest": values.get("conflict_of_interest", ""),
    }
    try:
        return Sheet.model_validate(sheet)
    except ValidationError as error:
        raise Invalid(_("Some of this needs another look."), fields=_problems(error)) from error


def form_of(sheet: Sheet) -> dict[str, str]:
    """Return a sheet as the values of its form."""
    values = {
        "verdict": sheet.verdict.value,
        "confidence": sheet.confidence.value,
        "reason": sheet.reason,
        "reliability": sheet.reliability,
        "credibility": str(sheet.credibility),
        "breakout": str(sheet.breakout),
        "techniques": " ".join(sheet.techniques),
        "conflict_of_interest": sheet.conflict_of_interest,
    }
    for criterion, answer in sheet.answers.items():
        values[f"answer-{criterion.value}"] = answer.value.value
        values[f"confidence-{criterion.value}"] = answer.confidence.value
        values[f"reason-{criterion.value}"] = answer.reason
        values[f"evidence-{criterion.value}"] = ", ".join(map(str, answer.evidence))
    values |= {f"harm-{axis.value}": str(value) for axis, value in sheet.harm.items()}
    return values | {f"abcde-{part}": getattr(sheet.abcde, part) for part in PARTS}


def _numbers(text: str) -> list[int]:
    return sorted({int(one) for one in NUMBERS.findall(text)})


def _problems(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in error.errors():
        first, *rest = map(str, one["loc"])
        if first == "answers" and len(rest) > 1:
            name = f"{'answer' if rest[1] == 'value' else rest[1]}-{rest[0]}"
        else:
            name = f"{first}-{rest[0]}" if first in {"harm", "abcde"} and rest else first
        found[name] = (
            _("DISARM techniques look like T0023 or T0049.001.")
            if first == "techniques"
            else _("This does not fit here.")
        )
    return found
