"""What the columns of a table mean: our fields, each a choice among the file's columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.i18n import N_
from common.i18n import gettext as _
from common.web.forms import Form
from political_ads.models import Import
from political_ads.sources.readers import TARGETS
from political_ads.sources.readers.mapping import SURE

LABELS: Mapping[str, str] = {
    "external_id": N_("Id of the ad"),
    "text": N_("Text"),
    "title": N_("Headline"),
    "description": N_("Description"),
    "call_to_action": N_("Button"),
    "link_caption": N_("Domain shown"),
    "landing_url": N_("Where it leads"),
    "library_url": N_("Address in the library"),
    "image_url": N_("Address of the image"),
    "page_id": N_("Id of the page"),
    "page_name": N_("Name of the page"),
    "paid_for_by": N_("Paid for by"),
    "language": N_("Language"),
    "countries": N_("Countries"),
    "platform": N_("Platform"),
    "currency": N_("Currency"),
    "spend": N_("Spending"),
    "spend_low": N_("Spending, lower bound"),
    "spend_high": N_("Spending, upper bound"),
    "impressions": N_("Impressions"),
    "impressions_low": N_("Impressions, lower bound"),
    "impressions_high": N_("Impressions, upper bound"),
    "reach": N_("Accounts reached"),
    "started_at": N_("First day"),
    "ended_at": N_("Last day"),
    "weak_label": N_("A label that came with it"),
}
FIRST = ("text", "external_id", "page_name", "paid_for_by", "started_at")
CONSTANTS: Mapping[str, tuple[str, str]] = {
    "source": (N_("Name of this source"), N_("Ids are told apart by it: give the same name to the next table of the same source.")),
    "platform": (N_("Platform of all ads"), N_("Where no column says it: facebook, google, tiktok …")),
    "countries": (N_("Countries of all ads"), N_("Where no column says it: FR, BE …")),
    "currency": (N_("Currency of all amounts"), N_("Where no column says it: EUR …")),
}  # fmt: skip


@dataclass(frozen=True)
class FieldChoice:
    """One of our fields, as a choice among the file's columns."""

    name: str
    label: str
    value: str
    doubtful: bool


@dataclass(frozen=True)
class MappingForm:
    """The first rows as they stand in the file, and what each of our fields is read from."""

    columns: Sequence[str]
    sample: Sequence[Sequence[str]]
    options: tuple[tuple[str, str], ...]
    fields: tuple[FieldChoice, ...]  # those that matter most, and those that something was found for
    more: tuple[FieldChoice, ...]
    constants: tuple[tuple[str, str, str, str], ...]  # name, label, hint, value


def mapping_form(record: Import, form: Form) -> MappingForm:
    """Return the form from the proposal, or from what was confirmed before."""
    told = record.preview
    chosen = told.get("chosen") or told.get("proposed", {})
    constants = told.get("constants", {})
    choices = [_choice(name, chosen, told, form) for name in TARGETS]
    first = {f"column_{name}" for name in FIRST}
    return MappingForm(
        columns=told["columns"],
        sample=told.get("sample", []),
        options=tuple((name, _option(told, place)) for place, name in enumerate(told["columns"])),
        fields=tuple(each for each in choices if each.name in first or each.value),
        more=tuple(each for each in choices if each.name not in first and not each.value),
        constants=tuple(
            (name, _(label), _(hint), form.values.get(name, constants.get(name, "")))
            for name, (label, hint) in CONSTANTS.items()
        ),
    )


def _choice(name: str, chosen: Mapping[str, str], told: Mapping[str, Any], form: Form) -> FieldChoice:
    proposed = told.get("confidence", {}).get(name, 1.0)
    doubtful = not told.get("chosen") and name in chosen and proposed < SURE
    field = f"column_{name}"
    return FieldChoice(field, _(LABELS[name]), form.values.get(field, chosen.get(name, "")), doubtful)


def _option(told: Mapping[str, Any], place: int) -> str:
    """Name a column with a value that stands in it, so that it can be told without looking up."""
    name = told["columns"][place]
    cells = (row[place] for row in told.get("sample", []) if place < len(row))
    shown = next((cell for cell in cells if cell), "")
    return f"{name} — {shown[:40]}" if shown else str(name)
