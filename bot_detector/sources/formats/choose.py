"""Decide how a file is read: from what it seems to be, what the caller says, and what was confirmed."""

from dataclasses import dataclass

from bot_detector.sources.formats.json_shape import JsonShape
from bot_detector.sources.formats.mapping import SURE, Mapping, check_mapping
from bot_detector.sources.formats.registry import FORMATS, SHAPES
from bot_detector.sources.formats.shapes import Detection, Message, Note
from bot_detector.sources.formats.table_json import mapped_shape
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

_ASSUMED = N_("The columns were read so: %(columns)s. Not read: %(unmapped)s.")


@dataclass(frozen=True, slots=True)
class Plan:
    """`shape` for JSON, `mapping` for other tables; `notes` say what was taken for granted."""

    container: str
    shape: JsonShape | None
    mapping: Mapping
    notes: tuple[Note, ...] = ()


def choose(detection: Detection, proposed: Mapping, format_name: str | None, mapping: Mapping | None) -> Plan:
    """Return how to read the file. Raises Invalid where a person has to say more."""
    if format_name is not None and format_name not in FORMATS:
        known = ", ".join(FORMATS)
        raise Invalid(
            _("There is no format %(name)s. Choose one of: %(known)s.")
            % {"name": format_name, "known": known}
        )
    is_json = detection.container in ("json", "jsonl")
    if mapping is not None:
        return _table(detection, _checked(mapping, proposed, is_json=is_json))
    name = format_name or detection.format
    if is_json and name in SHAPES:
        return Plan(detection.container, SHAPES[name], Mapping({}))
    if not proposed.columns and detection.format in SHAPES:  # a platform's JSON, asked to be read as a table
        raise Invalid(_("To read this file as a table, say what its columns mean (a mapping)."))
    if format_name is not None and format_name not in ("table", "accounts"):
        proposed = _of_platform(proposed, format_name)
    if not proposed.sure and not (format_name is not None and format_name != "table" and proposed.complete):
        raise _unsure(proposed)
    return _table(detection, proposed, _assumed(proposed))


def _table(detection: Detection, mapping: Mapping, notes: tuple[Note, ...] = ()) -> Plan:
    if detection.container in ("json", "jsonl"):
        return Plan(detection.container, mapped_shape(mapping), mapping, notes)
    return Plan(detection.container, None, mapping, notes)


def _checked(mapping: Mapping, proposed: Mapping, *, is_json: bool) -> Mapping:
    """Return a confirmed mapping if it can work. JSON may have fields that the first records lack, tables may not."""
    if not mapping.complete:
        raise Invalid(
            _("Say which column holds the account's id, and on which platform the accounts are."),
            fields={"account_id": mapping.columns.get("account_id", ""), "platform": mapping.platform or ""},
        )
    known = (*proposed.columns.values(), *proposed.unmapped)
    wrong = {} if is_json else check_mapping(mapping, known)
    if wrong:
        shown = ", ".join(wrong.values())
        raise Invalid(_("The file has no such column: %(columns)s.") % {"columns": shown}, fields=wrong)
    return mapping


def _of_platform(proposed: Mapping, format_name: str) -> Mapping:
    """Take the platform of the format that the caller named, where the table does not say it."""
    if "platform" in proposed.columns:
        return proposed
    confidence = {**proposed.confidence, "platform": 1.0}
    platform = "x" if format_name.startswith("x-") else format_name.split("-")[0]
    return Mapping(proposed.columns, platform, confidence, proposed.unmapped)


def _unsure(proposed: Mapping) -> Invalid:
    if not proposed.columns:
        names = ", ".join(proposed.unmapped[:12]) or "–"
        return Invalid(
            _(
                "No column of an account was recognised (the file has: %(names)s). Check that the first line holds the names "
                "of the columns, or say what they mean (a mapping)."
            )
            % {"names": names[:300]}
        )
    doubts = [name for name, value in proposed.confidence.items() if value < SURE]
    if "account_id" not in proposed.columns:
        doubts.append("account_id")
    if proposed.platform is None and "platform" not in proposed.columns and "platform" not in doubts:
        doubts.append("platform")
    return Invalid(
        _("What the columns mean has to be confirmed. Not sure: %(doubts)s.") % {"doubts": ", ".join(doubts)},
        fields={name: proposed.columns.get(name, proposed.platform or "") for name in doubts},
    )


def _assumed(mapping: Mapping) -> tuple[Note, ...]:
    pairs = [f"{theirs} → {ours}" for ours, theirs in mapping.columns.items()]
    if all(ours == theirs for ours, theirs in mapping.columns.items()) and not mapping.unmapped:
        return ()
    if mapping.platform is not None:
        pairs.append(f"“{mapping.platform}” → platform")
    unmapped = ", ".join(mapping.unmapped[:30]) or "–"
    return (Note(Message(_ASSUMED, {"columns": ", ".join(pairs), "unmapped": unmapped}), 0),)
