"""What the mapping page shows: the first rows of a file, and what each of our fields is read from."""

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from bot_detector.models import Batch
from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats import Mapping
from bot_detector.sources.formats.mapping import SURE
from bot_detector.sources.preview import Preview
from bot_detector.views.batches import batch_name
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _
from common.web.forms import Form

_PLATFORM = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
PLATFORM_NAME = "platform_name"  # the form's field for a platform that holds for all rows
FIELDS: dict[str, tuple[str, str]] = {
    "account_id": (
        N_("Account id"),
        N_("What names the account on its platform: a number, an address, a DID."),
    ),
    "handle": (
        N_("Handle"),
        N_("Unique, after the @: “jane_doe42”. On X the column is often “screen_name” or “username”."),
    ),
    "display_name": (
        N_("Display name"),
        N_("What the person calls themselves, with spaces: “Jane Doe”. On X the column is “name”."),
    ),
    "description": (N_("Description"), N_("The short text under the name.")),
    "location": (N_("Location"), N_("Context only; never part of the score.")),
    "url": (N_("Link"), N_("The link in the profile. Context only.")),
    "language": (N_("Language"), N_("As the platform says it. Context only.")),
    "created_at": (N_("Created"), N_("When the account was created.")),
    "observed_at": (
        N_("Observed"),
        N_("When the row was collected. Ages are counted to this moment, never to today."),
    ),
    "followers": (N_("Followers"), N_("Accounts that follow this one.")),
    "friends": (N_("Follows"), N_("Accounts that this one follows; X says “friends”.")),
    "statuses": (N_("Posts"), N_("How many posts the account has made.")),
    "favourites": (N_("Likes given"), N_("How many posts of others it liked.")),
    "listed": (N_("Lists"), N_("How many public lists it is on.")),
    "verified": (N_("Verified"), N_("Context only; never part of the score.")),
    "protected": (N_("Protected"), N_("Context only.")),
    "default_profile": (N_("Default profile"), N_("Context only; never part of the score.")),
    "default_profile_image": (N_("Default picture"), N_("Context only; never part of the score.")),
    "declared_bot": (
        N_("Says that it is automated"),
        N_("The account’s own word (Mastodon “bot”). Shown apart, never part of the score."),
    ),
}
FIRST = ("account_id", "handle", "display_name", "created_at", "observed_at")
COUNTS = ("followers", "friends", "statuses", "favourites", "listed")


@dataclass(frozen=True)
class FieldChoice:
    """One of our fields, as a choice among the file's columns; `sure` is how good the proposal is."""

    name: str
    label: str
    hint: str
    required: bool
    value: str
    doubtful: bool


@dataclass(frozen=True)
class MappingPage:
    """The sample, the choices in three groups, and what was chosen before."""

    batch: Batch
    name: str
    preview: Preview
    options: list[tuple[str, str]]
    groups: list[tuple[str, list[FieldChoice]]]
    platform_column: FieldChoice
    platform_name: str
    form: Form


def mapping_page(batch: Batch, preview: Preview, form: Form) -> MappingPage:
    """Put the page together from the proposal and what was typed."""
    proposed = preview.proposed
    rest = [name for name in FIELDS if name not in (*FIRST, *COUNTS)]
    groups = [(_("Who, and when"), FIRST), (_("Counts"), COUNTS), (_("The rest"), rest)]
    return MappingPage(
        batch=batch,
        name=batch_name(batch),
        preview=preview,
        options=[(column, _option(preview, place)) for place, column in enumerate(preview.columns)],
        groups=[(title, [_choice(name, proposed) for name in names]) for title, names in groups],
        platform_column=FieldChoice(
            "platform",
            _("Column that says the platform"),
            _("Where the file holds several."),
            False,
            proposed.columns.get("platform", ""),
            False,
        ),
        platform_name=proposed.platform or "",
        form=form,
    )


def checked_mapping(values: Dictionary[str, str]) -> Mapping:
    """Return the mapping that the form's fields say. Raises `Invalid`, naming the fields that cannot be.

    The platform's name counts where no column says it.
    """
    columns = {name: values[name] for name in ACCOUNT_COLUMNS if values.get(name)}
    platform = values.get(PLATFORM_NAME, "").strip().lower()
    errors: dict[str, str] = {}
    if "account_id" not in columns:
        errors["account_id"] = _(
            "Choose the column that names the account: its id, or its handle where there is no id."
        )
    if "platform" not in columns and not _PLATFORM.fullmatch(platform):
        errors[PLATFORM_NAME] = _(
            "Say on which platform these accounts are: a short name such as x, mastodon, bluesky."
        )
    if columns.get("handle") and columns.get("handle") == columns.get("display_name"):
        errors["display_name"] = _(
            "The handle and the display name are two things; one column cannot be both. Choose “not in the file” for the one that "
            "is missing."
        )
    if errors:
        raise Invalid(_("Something about the columns does not fit."), fields=errors)
    return Mapping(columns, None if "platform" in columns else platform)


def _choice(name: str, proposed: Mapping) -> FieldChoice:
    label, hint = FIELDS[name]
    doubtful = name in proposed.columns and proposed.confidence.get(name, 0.0) < SURE
    return FieldChoice(
        name, _(label), _(hint), name == "account_id", proposed.columns.get(name, ""), doubtful
    )


def _option(preview: Preview, place: int) -> str:
    """Name a column with a value that stands in it, so that it can be told without looking up."""
    column = preview.columns[place]
    shown = next((row[place] for row in preview.rows if row[place]), None)
    return f"{column} — {shown[:40]}" if shown else column
