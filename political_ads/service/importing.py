"""From a file to stored ads: looked at, confirmed, stored part by part. What pages, jobs and commands share."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict, Problem
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.actions import imports
from political_ads.actions.storing import keep_part
from political_ads.models import Import
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.imports import import_of, known_ads, known_totals, unfinished
from political_ads.schemas.ads import AdRecord
from political_ads.sources.kept_uploads import FOLDER, KeptUploads, digest_of
from political_ads.sources.readers import PART_ROWS, TARGETS, Part, detect, read
from political_ads.sources.readers.read import general

LOOKED_AT = 10  # parts of a file that a preview reads: 10,000 rows
SHOWN = 20  # rows of a preview, as they would be stored
SHOWN_CHARS = 400  # of a text in it
Clock = Callable[[], datetime]
Progress = Callable[[Import, int, int], None]  # the import so far, bytes read, bytes in all


@dataclass(frozen=True)
class Said:
    """What a person says of a file: its format, its columns (ours → theirs), what holds for all rows. None: as it seems."""

    format: str | None = None
    columns: Mapping[str, str] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)


def uploads_of(services: Services) -> KeptUploads:
    """Return where given files are kept."""
    return KeptUploads(services.settings.data_dir / FOLDER)


def look(session: Session, path: Path, name: str, said: Said) -> dict[str, Any]:
    """Return what would come of a file, from its first 10,000 rows, as plain values. Nothing is stored.

    `format`, `container`; of a table `columns`, `proposed`, `confidence` and `sample`; where its columns are known `rows`,
    `new`, `known`, `refused`, `reasons`, `refusals`, `languages`, `platforms`, `shown`, `notes` and `whole`.

    Raises:
        Invalid: the file holds no ads, or cannot be read so.
    """
    found = detect(path)
    told: dict[str, Any] = {"format": said.format or found.format, "container": found.container, "name": name}
    if told["format"] == "table":
        told |= _table(found.columns, found.sample)
        told["proposed"] = found.proposed.columns if found.proposed else {}
        told["confidence"] = found.proposed.confidence if found.proposed else {}
        if said.columns is None and (found.proposed is None or not found.proposed.sure):
            return told
    constants = _constants(told["format"], name, said)
    parts = read(path, format=said.format, mapping=said.columns, constants=constants, name=name)
    looked_at = list(islice(parts, LOOKED_AT))
    last = looked_at[-1] if looked_at else None
    told |= counted(session, looked_at)
    told["whole"] = len(looked_at) < LOOKED_AT or (last is not None and last.rows_read < PART_ROWS)
    told["constants"] = constants
    return told


def _constants(format_key: str, name: str, said: Said) -> dict[str, str]:
    """Return what holds for all rows. A table without a name of its source gets one from the file's: ids are its own."""
    constants = dict(said.constants)
    if format_key == "table" and not constants.get("source"):
        stem = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
        constants["source"] = f"table:{stem or 'file'}"[:30]
    return constants


def _table(columns: tuple[str, ...], sample: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    rows = [[_cell(row.get(name)) for name in columns[:60]] for row in sample[:5]]
    return {"columns": list(columns[:200]), "sample": rows}


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:81])
    return shown if len(shown) <= 80 else shown[:79] + "…"


def counted(session: Session, parts: Sequence[Part]) -> dict[str, Any]:
    """Return what would come of some parts: how many rows are new, known and refused, and the first of them."""
    records = [each for part in parts for each in part.records]
    refusals = [each for part in parts for each in part.refusals]
    ads = [each for each in records if isinstance(each, AdRecord)]
    identities = [(each.source, each.external_id) for each in records]
    known = known_ads(session, identities) if ads else known_totals(session, identities)
    return {
        "kind": "ads" if ads or not records else "totals",
        "rows": len(records) + len(refusals),
        "new": len(records) - len(known),
        "known": len(known),
        "refused": len(refusals),
        "reasons": dict(Counter(general(each.reason) for each in refusals).most_common(20)),
        "refusals": [each.model_dump() for each in refusals[:SHOWN]],
        "languages": dict(Counter(each.language for each in ads).most_common(8)),
        "platforms": dict(Counter(each.platform for each in ads).most_common(8)),
        "shown": [_shown(each.model_dump(mode="json", exclude_defaults=True)) for each in records[:SHOWN]],
        "notes": list(dict.fromkeys(note for part in parts for note in part.notes)),
    }


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("text", "title", "description"):
        if len(values.get(name, "")) > SHOWN_CHARS:
            values[name] = values[name][: SHOWN_CHARS - 1] + "…"
    for name in ("extra", "demographics", "regions", "targeting", "weak_label"):
        values.pop(name, None)
    return values


def take_upload(services: Services, actor: Actor, name: str, upload: str, size: int) -> Import:
    """Open an import for a kept file, with its preview. Raises `Invalid`, and removes the file, where it holds no ads."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    uploads = uploads_of(services)
    try:
        with services.database.write() as session:
            told = look(session, uploads.path(upload), name, Said())
            state = "previewed" if "rows" in told else "needs_mapping"
            given = imports.NewImport(name, told["format"], size, upload, told, _mapping(told))
            return imports.open_import(session, actor, given, state=state, at=services.clock())
    except Problem:
        uploads.remove(upload)
        raise


def _mapping(told: Mapping[str, Any]) -> dict[str, Any] | None:
    if "rows" not in told:
        return None
    columns = told.get("chosen") or told.get("proposed")
    return {"columns": columns, "constants": told.get("constants", {})}


def confirm(services: Services, session: Session, actor: Actor, import_id: int, said: Said) -> Import:
    """Keep what a person says the columns mean, and look again what would come of the file. Raises `Invalid`."""
    record = import_of(session, actor, import_id)
    wished = Said("table", said.columns, said.constants)
    told = look(session, uploads_of(services).path(record.upload), record.name, wished)
    told["chosen"] = dict(said.columns or {})
    imports.confirm_mapping(actor, record, _mapping(told) or {}, told)
    return record


def with_proposed(path: Path, said: Said) -> Said:
    """Return what a person said of a file, with the rest as its columns seem to mean, where they said anything of columns."""
    if said.columns is None or (said.format or "table") != "table":
        return said
    found = detect(path)
    if found.proposed is None:
        return said
    taken = set(said.columns.values())
    proposed = {ours: theirs for ours, theirs in found.proposed.columns.items() if theirs not in taken}
    return Said("table", {**proposed, **said.columns}, said.constants)


def apply_import(
    database: Database, actor: Actor, import_id: int, path: Path, *, clock: Clock, progress: Progress
) -> Import:
    """Store an import's ads part by part, each in one transaction, going on after the last part that was stored."""
    with database.read() as session:
        record = import_of(session, actor, import_id)
    mapping = record.mapping or {}
    parts = read(
        path,
        format=record.format,
        mapping=mapping.get("columns"),
        constants=mapping.get("constants"),
        name=record.name,
        start_at=record.parts,
    )
    if not record.parts:
        with database.write() as session:
            imports.let_preview_go(actor, import_of(session, actor, import_id))
    for part in parts:
        with database.write() as session:
            record = import_of(session, actor, import_id)
            keep_part(session, actor, record, part, at=clock())
        progress(record, part.bytes_read, part.bytes_total)
    with database.write() as session:
        record = import_of(session, actor, import_id)
        imports.finish(session, actor, record, at=clock())
    return record


def bring_in_file(
    database: Database, actor: Actor, path: Path, said: Said, *, clock: Clock, progress: Progress
) -> Import:
    """Look at a file and store its ads, all at once; where an earlier run of the same file stopped, go on there.

    Raises:
        Invalid: the file holds no ads, or a person has to say what its columns mean.
    """
    digest = digest_of(path)
    with database.write() as session:
        record = unfinished(session, actor, path.name, digest)
        if record is None:
            told = look(session, path, path.name, said)
            if "rows" not in told:
                shown = ", ".join(f"{ours}={theirs}" for ours, theirs in told["proposed"].items())
                raise Conflict(
                    _("What the columns mean has to be confirmed. It seems: %(shown)s.") % {"shown": shown}
                )
            told |= {"sha256": digest, "chosen": dict(said.columns or told.get("proposed", {}))}
            given = imports.NewImport(
                path.name, told["format"], path.stat().st_size, None, told, _mapping(told)
            )
            record = imports.open_import(session, actor, given, state="previewed", at=clock())
        imports.begin(actor, record)
        import_id = record.id
    return apply_import(database, actor, import_id, path, clock=clock, progress=progress)


def checked_columns(values: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of the columns: our field → their column, those that are given."""
    return {target: values[target] for target in TARGETS if values.get(target)}
