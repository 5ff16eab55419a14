"""Who may read what a marking protects: asked at subscribing, at fan-out, in search, notices and exports."""

import uuid
from collections.abc import Collection

from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Role


def may_read(
    reader: Standing,
    tlp: Tlp,
    *,
    author: uuid.UUID | None,
    organisation: uuid.UUID | None,
    readers: Collection[str] = (),
) -> bool:
    """Say whether somebody in the room may read something marked so (TLP 2.0).

    Everybody reads what they wrote. CLEAR and GREEN: all in the room. AMBER: not guests. AMBER+STRICT: those of the author's
    organisation. RED: the people whose ids stand in `readers`. The toolkit itself (no person id) reads everything.
    """
    if reader.person_id is None or (author is not None and reader.person_id == author):
        return True
    if tlp in {Tlp.CLEAR, Tlp.GREEN}:
        return True
    if tlp is Tlp.RED:
        return str(reader.person_id) in readers
    if reader.role is Role.GUEST:
        return False
    if tlp is Tlp.AMBER_STRICT:
        return organisation is not None and reader.organisation_id == organisation
    return True
