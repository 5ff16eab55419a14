"""What was learnt of sources' addresses, and our own copies of their pages."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.actions.log import note
from encyclopedia.actions.touching import touch_citing
from encyclopedia.core.link_states import LinkState, judge
from encyclopedia.models import Source
from encyclopedia.permissions import PERMISSIONS, Permission

GOLDEN = 0.6180339887498949  # steps of the golden ratio, modulo one, spread any run of numbers evenly


def record_check(
    session: Session, actor: Actor, source: Source, status: int | None, *, at: datetime
) -> LinkState:
    """Write down how a source's address answered (None: not at all), and when to ask again."""
    PERMISSIONS.require(actor, Permission.EDIT)
    verdict = judge(source.link_state, source.failures, status, spread=source.id * GOLDEN % 1)
    if verdict.state != source.link_state:
        touch_citing(session, source.key, at=at)
        if LinkState.DEAD in {verdict.state, source.link_state}:
            happened = (
                "found a source dead" if verdict.state is LinkState.DEAD else "found a source alive again"
            )
            note(session, actor, happened, at=at, title=source.title, key=source.key)
    source.link_state, source.failures, source.http_status = verdict.state, verdict.failures, status
    source.checked_at, source.next_check_at = at, at + verdict.next_in
    return verdict.state


def keep_capture(session: Session, actor: Actor, source: Source, sha256: str, *, at: datetime) -> None:
    """Note which copy of its page a source has: the page as it stood when the source was written down."""
    PERMISSIONS.require(actor, Permission.EDIT)
    if source.capture == sha256:
        return
    source.capture, source.updated_at = sha256, at
    touch_citing(session, source.key, at=at)
    note(session, actor, "kept a copy of a source", at=at, title=source.title, key=source.key)
