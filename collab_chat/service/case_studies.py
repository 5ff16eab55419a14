"""A case study begun in the encyclopedia from a case."""

from collab_chat.core.outputs.case_file import CaseFile
from collab_chat.core.outputs.case_study import body_of, lead_of
from collab_chat.sources.disarm import techniques
from common.accounts.actors import Actor
from common.errors import Conflict, Unavailable
from common.i18n import gettext as _
from common.web.services import Services

MOST_LEAD = 300  # characters of an entry's first sentence


def begin_case_study(services: Services, actor: Actor, case: CaseFile) -> str:
    """Begin the entry with the person's own rights in the encyclopedia; return its address.

    Raises:
        Conflict: an exercise's case. Unavailable: the encyclopedia does not run, or does not answer. Problem: it refuses.
    """
    if case.exercise:
        raise Conflict(_("An exercise’s case is no case study."))
    if services.peers is None or actor.person_id is None:
        raise Unavailable(_("The encyclopedia cannot be reached from here."))
    return services.peers.encyclopedia.begin_case_study(
        case.title,
        lead_of(case)[:MOST_LEAD],
        body_of(case, techniques()),
        case.language,
        for_person=actor.person_id,
        summary=_("Begun from case %(number)s of the alert room") % {"number": case.number},
    )
