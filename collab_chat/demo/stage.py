"""What each part of the demonstration needs: its people, its time, and short ways to do what people do on the pages."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.cases import CaseForm, move_case, open_case
from collab_chat.actions.deciding import decide
from collab_chat.actions.evidence import EvidenceForm, add_evidence
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.qualifying import cast_vote
from collab_chat.actions.reading import move_pointer
from collab_chat.actions.rooms import add_member
from collab_chat.core.mentions import named_in
from collab_chat.models import Signal
from collab_chat.queries.evidence import CAPTURE
from collab_chat.queries.rooms import members_of, room_of
from collab_chat.schemas.cases import (
    CaseStatus,
    Confidence,
    CriterionAnswer,
    Finding,
    HarmAxis,
    Sheet,
    Verdict,
)
from collab_chat.schemas.events import Quote
from collab_chat.schemas.markings import Tlp
from collab_chat.service.capturing import capture
from collab_chat.service.files import take_upload
from collab_chat.service.transactions import changing
from collab_chat.sources.local_pages import LocalPages
from common.accounts.actors import Actor, Role
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.manifest import DemoPeople
from common.taxonomy import Criterion
from common.web.services import Services


@dataclass(frozen=True)
class Weighing:
    """How somebody fills a sheet: the verdict, the criteria found and not found (the rest stays open), in their words."""

    verdict: Verdict
    reason: str
    found: tuple[Criterion, ...] = ()
    not_found: tuple[Criterion, ...] = ()
    evidence: tuple[int, ...] = ()
    techniques: tuple[str, ...] = ()
    breakout: int = 2
    harm: int = 2
    axis: HarmAxis = HarmAxis.COHESION
    confidence: Confidence = Confidence.HIGH

    def sheet(self) -> Sheet:
        """Return the sheet."""
        return Sheet(
            answers={one: self._answer(one) for one in Criterion},
            verdict=self.verdict,
            confidence=self.confidence,
            reason=self.reason,
            reliability="E",
            credibility=5,
            breakout=self.breakout,
            harm={self.axis: self.harm},
            techniques=self.techniques,
        )

    def _answer(self, criterion: Criterion) -> CriterionAnswer:
        value = Finding.UNSURE
        if criterion in self.found:
            value = Finding.YES
        elif criterion in self.not_found:
            value = Finding.NO
        evidence = self.evidence if value is not Finding.UNSURE else ()
        return CriterionAnswer(value=value, confidence=self.confidence, evidence=evidence)


class Stage:
    """The people of the demonstration, and the moment at which it was made."""

    def __init__(self, services: Services, people: DemoPeople) -> None:
        """Take the people in; all that happens, happens before now."""
        self.services, self.people = services, people
        self.analyst, self.reviewer, self.admin = people.analyst, people.reviewer, people.admin
        self.checker, self.observer, self.scientist = people.partners
        self.now = services.clock().replace(second=0, microsecond=0)

    def ago(self, **delta: float) -> datetime:
        """Return a moment before now."""
        return self.now - timedelta(**delta)

    def case(
        self,
        session: Session,
        title: str,
        summary: str,
        *,
        at: datetime,
        signal: Signal | None = None,
        opener: Actor | None = None,
    ) -> uuid.UUID:
        """Open a case and bring everybody in; return its room."""
        opener = opener or self.reviewer
        room_id = open_case(session, opener, CaseForm(title, summary), at=at, signal=signal).room_id
        self.bring(session, opener, room_id, at=at)
        return room_id

    def bring(self, session: Session, opener: Actor, room_id: uuid.UUID, *, at: datetime) -> None:
        """Bring all who are not there into a room, each with the role of their work."""
        here = {one.person_id for one in members_of(session, room_id)}
        roles = {self.admin.person_id: Role.COORDINATOR, self.reviewer.person_id: Role.REVIEWER}
        for actor in (self.admin, self.reviewer, self.analyst, *self.people.partners):
            if actor.person_id is not None and actor.person_id not in here:
                role = roles.get(actor.person_id, Role.MEMBER)
                add_member(session, opener, room_id, actor.person_id, role, at=at)

    def say(
        self,
        session: Session,
        actor: Actor,
        room_id: uuid.UUID,
        text: str,
        *,
        at: datetime,
        thread: int | None = None,
        quoting: tuple[uuid.UUID, int] | None = None,
    ) -> int:
        """Say something, naming whom the text names; return the message's number."""
        members = [(one.person_id, one.name) for one in members_of(session, room_id)]
        named = named_in(text, members)
        quote = Quote(room=quoting[0], seq=quoting[1], text="", author="", tlp=Tlp.AMBER) if quoting else None
        draft = Draft(text, thread=thread, mentions=named.people, groups=named.groups, quote=quote)
        return post_message(session, actor, room_id, draft, at=at).seq

    def qualify(
        self, session: Session, room_id: uuid.UUID, votes: Iterable[tuple[Actor, Weighing]], *, at: datetime
    ) -> datetime:
        """Begin the qualification, and let people vote four minutes apart; return when the last one did."""
        move_case(session, self.reviewer, room_id, CaseStatus.QUALIFYING, at=at)
        for actor, weighing in votes:
            at += timedelta(minutes=4)
            cast_vote(session, actor, room_id, weighing.sheet(), at=at)
        return at

    def decide(self, session: Session, room_id: uuid.UUID, *, at: datetime) -> datetime:
        """Decide once the waiting time is over."""
        at += timedelta(minutes=15)
        decide(session, self.reviewer, room_id, at=at)
        return at

    def read_by(self, session: Session, room_id: uuid.UUID, actors: Sequence[Actor], *, at: datetime) -> None:
        """Let people have read a room up to its last event."""
        for actor in actors:
            move_pointer(session, actor, room_id, room_of(session, room_id).head_seq, at=at)

    def captured(
        self, actor: Actor, room_id: uuid.UUID, url: str, pages: Mapping[str, str], *, at: datetime
    ) -> int:
        """Add an address as evidence and capture an invented page for it, without any network; return its number."""
        note = _("Demonstration: an invented page. Nothing was fetched from the web.")
        with changing(self.services) as session:
            seq = add_evidence(session, actor, room_id, EvidenceForm(url=url, note=note), at=at).seq
            waiting = select(Job).where(Job.kind == CAPTURE, Job.state == JobState.QUEUED.value)
            for job in session.scalars(waiting):
                if job.payload == {"room": str(room_id), "evidence": seq}:
                    session.delete(job)  # it would ask the web
        capture(self.then(at + timedelta(minutes=1)), room_id, seq, captures=LocalPages(pages))
        return seq

    def uploaded(
        self, actor: Actor, room_id: uuid.UUID, name: str, text: str, note: str, *, at: datetime
    ) -> int:
        """Add a file as evidence; return its number."""
        ref = take_upload(self.then(at), actor, room_id, BytesIO(text.encode()), name)
        with changing(self.services) as session:
            return add_evidence(session, actor, room_id, EvidenceForm(file=ref, note=note), at=at).seq

    def then(self, at: datetime) -> Services:
        """Return the services as they were at a moment."""
        return replace(self.services, clock=lambda: at)
