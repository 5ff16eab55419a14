"""An import taken out again, part by part, each in one transaction."""

from typing import Any

from common.accounts.actors import operator
from common.i18n import gettext as _
from common.jobs import JobContext
from political_ads.actions.imports import importer
from political_ads.actions.undoing_imports import TakenOut, finish_undo, take_out
from political_ads.queries.imports import import_of
from political_ads.queries.undoing import brought_by, brought_count
from political_ads.service.pictures import drop_unused

PART_ADS = 500


def undo_import(context: JobContext, import_id: int) -> dict[str, Any]:
    """Take an import's ads out; return how many ads and creatives went, and how many ads stayed."""
    after, taken = int(context.checkpoint.get("after", 0)), TakenOut(*context.checkpoint.get("taken", ()))
    with context.database.read() as session:
        actor = importer(import_of(session, operator("job"), import_id))
        total = brought_count(session, import_id) + taken.ads
    while True:
        with context.database.write() as session:
            ads = brought_by(session, import_id, after=after, limit=PART_ADS)
            taken += take_out(session, actor, ads, at=context.clock())
            if not ads:
                finish_undo(session, actor, import_of(session, actor, import_id), taken, at=context.clock())
                return {"import_id": import_id, "ads": taken.ads, "kept": taken.kept}
        drop_unused(context.services, {ad.image for ad in ads} - {""})
        after = ads[-1].id
        kept = {"after": after, "taken": [taken.ads, taken.creatives, taken.kept]}
        words = _("%(count)s ads taken out") % {"count": f"{taken.ads:,}"}
        context.progress(taken.ads + taken.kept, total, words, checkpoint=kept)
