"""Cases in all other states: reopened, watched, answered, qualified, being qualified, triaged, new; a duplicate, a merged one."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from collab_chat.actions.cases import grade_case, move_case, staff_case
from collab_chat.actions.deciding import reopen_case
from collab_chat.actions.linking import join_case
from collab_chat.actions.reacting import choose_reaction
from collab_chat.actions.signals import dismiss_signal, raise_signal
from collab_chat.actions.tasks import change_task, start_playbook
from collab_chat.demo.stage import Stage, Weighing
from collab_chat.models import Signal
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.tasks import tasks_of
from collab_chat.schemas.cases import CaseStatus, ReactionKind, Verdict
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.taxonomy import Criterion

FLOOD = "https://video.example/watch/flood-today"
LIBRARY = "https://ads.example/library-closes"
_FALSE, _HARM = Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM
_WIDE, _BOOSTED = Criterion.MASSIVE, Criterion.ARTIFICIAL
CAMPAIGN = Weighing(
    Verdict.DISINFORMATION,
    "Invented, and pushed by accounts that act together.",
    (_FALSE, _HARM, _WIDE, _BOOSTED),
    techniques=("T0049",),
)
MISTAKE = Weighing(
    Verdict.MISINFORMATION, "Wrong, and shared in good faith.", (_FALSE,), (_HARM,), techniques=("T0023",)
)
JOKE = Weighing(
    Verdict.SATIRE_OR_OPINION, "The page says in its description that it jokes.", (), (_FALSE, _HARM)
)


def decided_cases(stage: Stage) -> None:
    """Cases whose qualification is over: reopened, monitoring, responding, qualified; and two that were the same as others."""
    _reopened(stage)
    quote = _qualified(
        stage,
        "An invented quote of the mayor of Valmorne goes round as a picture",
        "The mayor never said it; the picture names no source.",
        begin=stage.ago(days=5),
        harm=2,
        breakout=2,
        weighing=CAMPAIGN,
    )
    with changing(stage.services) as session:
        why = "Eleven shares, no comments. An answer would be seen by more people than the quote."
        choose_reaction(
            session, stage.reviewer, quote, ReactionKind.IGNORE, why, at=stage.ago(days=4, hours=20)
        )
    _joined(stage, "The mayor’s quote again, as a video", CaseStatus.DUPLICATE, quote, stage.ago(days=4, hours=2))  # fmt: skip
    with changing(stage.services) as session:
        stage.say(session, stage.checker, quote, "On surveille seulement. Prochain point vendredi.", at=stage.ago(days=4))  # fmt: skip
    library = _qualified(
        stage,
        "An edited advert says that the town library closes for good",
        "The library closes for six weeks of works. The advert cuts the second half of the sentence.",
        begin=stage.ago(days=2),
        harm=2,
        breakout=3,
        weighing=CAMPAIGN,
    )
    _respond(stage, library)
    _joined(stage, "“Libraries are being sold”: the same advert, other words", CaseStatus.MERGED, library, stage.ago(days=1, hours=6))  # fmt: skip
    _begin_tasks(stage, library)
    _qualified(
        stage,
        "A false timetable: “the last buses of Valmorne leave at 18:00”",
        "An old strike notice is passed on as if it were of this week.",
        begin=stage.ago(hours=9),
        harm=1,
        breakout=3,
        weighing=MISTAKE,
    )


def _joined(stage: Stage, title: str, status: CaseStatus, other: uuid.UUID, at: datetime) -> None:
    """Open a case that turns out to be another one."""
    with changing(stage.services) as session:
        summary = "Somebody else reported what we know already."
        room_id = stage.case(session, title, summary, at=at, opener=stage.analyst)
        why = "The same content; the discussion goes on there."
        join_case(session, stage.reviewer, room_id, other, status, at=at + timedelta(minutes=9), why=why)


def open_cases(stage: Stage) -> tuple[uuid.UUID, uuid.UUID]:
    """Cases that are being worked on: qualifying, triaged, new, and signals; return the first room and the newest."""
    with changing(stage.services) as session:
        first = _qualifying(stage, session)
        at = stage.ago(minutes=52)
        room_id = stage.case(
            session,
            "Voice messages say that a school was evacuated",
            "Three voice messages of one voice. The school had a fire drill.",
            at=at,
            opener=stage.checker,
        )
        move_case(session, stage.analyst, room_id, CaseStatus.TRIAGED, at=at + timedelta(minutes=8))
        grade_case(session, stage.reviewer, room_id, harm=2, breakout=3, at=at + timedelta(minutes=10))
        stage.say(session, stage.checker, room_id, "La mairie confirme l’exercice d’incendie, à 10 h. @Noor.Observer peux-tu écouter les trois messages ?", at=at + timedelta(minutes=12))  # fmt: skip
        newest = stage.case(
            session,
            "A list of “closed pharmacies” with invented names",
            "Came by webhook this morning.",
            at=stage.ago(minutes=13),
            signal=_raised(session, "Closed pharmacies", "List of pharmacies in Valmorne that close for ever.", stage.ago(minutes=21)),
            opener=stage.analyst,
        )  # fmt: skip
    _loose_signals(stage)
    return first, newest


def _qualifying(stage: Stage, session: Session) -> uuid.UUID:
    """A case in which two of four organisations have voted, blind."""
    at = stage.ago(hours=3)
    room_id = stage.case(
        session,
        "Accounts repeat that polling cards of Valmorne are invalid",
        "The same three sentences, from at least thirty accounts, in two languages.",
        at=at,
        signal=_raised(session, "Polling cards", "Your polling card is invalid if it has no stamp. Ask the town hall before Sunday!", at),
    )  # fmt: skip
    staff_case(session, stage.reviewer, room_id, lead=stage.observer.person_id, scribe=None, at=at + timedelta(minutes=3))  # fmt: skip
    move_case(session, stage.reviewer, room_id, CaseStatus.TRIAGED, at=at + timedelta(minutes=6))
    grade_case(session, stage.reviewer, room_id, harm=3, breakout=3, at=at + timedelta(minutes=8))
    stage.say(session, stage.observer, room_id, "No stamp is needed: article 7 of the town’s notice. Sheets, please, before we talk about verdicts.", at=at + timedelta(minutes=20))  # fmt: skip
    votes = ((stage.observer, CAMPAIGN), (stage.checker, CAMPAIGN))
    last = stage.qualify(session, room_id, votes, at=at + timedelta(minutes=25))
    stage.say(session, stage.observer, room_id, "Deux organisations ont voté. Il en manque au moins une. @Robin.Scientist @Camille.Analyst ?", at=last + timedelta(minutes=30))  # fmt: skip
    return room_id


def _qualified(  # noqa: PLR0913 - what a decided case is made of
    stage: Stage,
    title: str,
    summary: str,
    *,
    begin: datetime,
    harm: int,
    breakout: int,
    weighing: Weighing,
    dissent: Weighing = JOKE,
) -> uuid.UUID:
    """Bring a case to its decision: three organisations agree, the fourth does not."""
    with changing(stage.services) as session:
        signal = _raised(session, title, f"{title}. {summary}", begin)
        at = begin + timedelta(minutes=12)
        room_id = stage.case(session, title, summary, at=at, signal=signal)
        move_case(session, stage.reviewer, room_id, CaseStatus.TRIAGED, at=at + timedelta(minutes=14))
        grade_case(session, stage.reviewer, room_id, harm=harm, breakout=breakout, at=at + timedelta(minutes=15))  # fmt: skip
        votes = [(one, weighing) for one in (stage.analyst, stage.checker, stage.observer)]
        last = stage.qualify(session, room_id, [*votes, (stage.scientist, dissent)], at=at + timedelta(minutes=30))  # fmt: skip
        stage.decide(session, room_id, at=last)
    return room_id


def _respond(stage: Stage, room_id: uuid.UUID) -> None:
    at = stage.ago(days=1, hours=21)
    with changing(stage.services) as session:
        why = "The platform’s rule on altered content applies; the library answers on its own page."
        text = "The advert cuts a sentence in two. Whole: “The library closes for six weeks of works.”"
        choose_reaction(session, stage.reviewer, room_id, ReactionKind.REPORT, why, at=at, text=text)


def _begin_tasks(stage: Stage, room_id: uuid.UUID) -> None:
    with changing(stage.services) as session:
        start_playbook(session, stage.reviewer, room_id, "health_rumour", at=stage.ago(hours=2))
        tasks = tasks_of(session, standing_in(session, stage.reviewer, room_id))
        for task in tasks[:2]:
            change_task(session, stage.analyst, room_id, task.seq, done=True, at=stage.ago(hours=1))


def _reopened(stage: Stage) -> None:
    """Closed as a mistake, and opened again when new evidence came."""
    room_id = _qualified(
        stage,
        "A flood video of another year is shown as today’s",
        "The bridge in the picture was rebuilt since.",
        begin=stage.ago(days=7),
        harm=2,
        breakout=3,
        weighing=MISTAKE,
    )
    with changing(stage.services) as session:
        at = stage.ago(days=6, hours=20)
        why = "A map and a date are enough; three media have already corrected it."
        choose_reaction(session, stage.reviewer, room_id, ReactionKind.REDIRECT, why, at=at)
        move_case(session, stage.reviewer, room_id, CaseStatus.CLOSED, at=stage.ago(days=6), why="Corrected.")
    text = "Upload log as a reader sent it (invented)\n\n06:00:01 account-a\n06:00:01 account-b\n06:00:02 account-c\n"
    note = "The same file was uploaded by three accounts within two seconds"
    seq = stage.uploaded(stage.checker, room_id, "uploads.txt", text, note, at=stage.ago(hours=6))
    with changing(stage.services) as session:
        why = "The uploads look coordinated; the first round did not know that."
        reopen_case(session, stage.reviewer, room_id, why, at=stage.ago(hours=5), evidence=(seq,))


def _raised(session: Session, title: str, text: str, at: datetime) -> Signal:
    """Raise a signal as the incoming webhook of an alerting tool does."""
    origin = Origin(source=SignalSource.WEBHOOK, name="Example alerting")
    form = SignalForm(title=title[:300], text=text, tlp=Tlp.AMBER, key=title)
    return raise_signal(session, operator("job"), form, at=at, origin=origin).signal


def _loose_signals(stage: Stage) -> None:
    """Signals that nobody took up: three new ones, of which one is seen often, and one that was put aside."""
    feed = Origin(source=SignalSource.FEED, name="Valmorne forum")
    strange = (
        "Free fuel for everybody who shares",
        "Share this and every station of the region owes you a full tank.",
    )
    with changing(stage.services) as session:
        for number in range(5):
            form = SignalForm(title=strange[0], text=strange[1], key=f"fuel-{number}")
            raise_signal(session, operator("job"), form, at=stage.ago(hours=5 - number), origin=feed)
        form = SignalForm(text="Un compte sans photo publie la même phrase sous douze articles en une minute.", url="https://social.example/@sans_photo")  # fmt: skip
        raise_signal(session, stage.scientist, form, at=stage.ago(minutes=37))
        form = SignalForm(title="“The moon walk was filmed in our quarry”", text="Very old, and shared with a wink.")  # fmt: skip
        aside = raise_signal(session, operator("job"), form, at=stage.ago(days=1), origin=feed).signal
        dismiss_signal(session, stage.analyst, aside.id, "Satire, and nobody is misled.", at=stage.ago(hours=22))  # fmt: skip
