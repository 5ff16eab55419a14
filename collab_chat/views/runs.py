"""Lines that follow each other and say the same of several people: one line."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from collab_chat.models import Event, Member, Message
from collab_chat.queries.conversation import Stretch
from collab_chat.schemas.events import Kind
from collab_chat.views.lines import Line, called
from common.i18n import gettext as _

MOST_NAMED = 3  # people in a line; of more, the first two


def runs_of(stretch: Stretch) -> list[Message | list[Event]]:
    """Return messages and events by number; events whose lines are one line come together."""
    runs: list[Message | list[Event]] = []
    by_number: dict[int, Message | Event] = {one.seq: one for one in stretch.messages}
    by_number.update((one.seq, one) for one in stretch.lines)
    for seq in sorted(by_number):
        one = by_number[seq]
        last = runs[-1] if runs else None
        if isinstance(one, Message):
            runs.append(one)
        elif isinstance(last, list) and not stretch.picked and _run(one) and _run(one) == _run(last[0]):
            last.append(one)
        else:
            runs.append([one])
    return runs


def folded_line(members: Mapping[uuid.UUID, Member], events: Sequence[Event]) -> Line:
    """Return the one line of a run, at least two events: it stands where the first one does."""
    who, first = called(members), events[0]
    names = [who((one.content or {}).get("person")) for one in events]
    told = _("%(who)s brought %(person)s in.")

    def said(people: str) -> str:
        return told % {"who": who(first.author_id), "person": people}

    return Line(
        first.seq,
        first.at,
        "users",
        said(_listed(names)),
        folded=[one.seq for one in events[1:]],
        whole=said(", ".join(names)) if len(names) > MOST_NAMED else "",
    )


def _listed(names: Sequence[str]) -> str:
    """Return at least two names in a row; of more than `MOST_NAMED` the first two, and how many others."""
    if len(names) > MOST_NAMED:
        return _("%(names)s and %(count)s others") % {
            "names": ", ".join(names[: MOST_NAMED - 1]),
            "count": len(names) - MOST_NAMED + 1,
        }
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _run(event: Event) -> tuple[object, date] | None:
    """Return what the lines of events that follow each other must share to be one: who brought somebody in, and the day (UTC)."""
    content = event.content or {}
    if event.kind != Kind.MEMBER_JOINED.value or content.get("how") != "added":
        return None
    return None if content.get("person") == str(event.author_id) else (event.author_id, event.at.date())
