"""The case that is whole: a forged letter about tap water, from the first signals to the after-action report."""

import uuid
from datetime import timedelta

from collab_chat.actions.cases import edit_case, grade_case, move_case, staff_case
from collab_chat.actions.linking import link
from collab_chat.actions.marking import pin_message, set_reaction
from collab_chat.actions.qualifying import lift_objection, raise_objection
from collab_chat.actions.reacting import choose_reaction
from collab_chat.actions.reports import begin_report, write_report
from collab_chat.actions.signals import raise_signal
from collab_chat.actions.tasks import TaskForm, add_task, change_task, start_playbook
from collab_chat.core.report_document import text_hash
from collab_chat.demo.stage import Stage, Weighing
from collab_chat.queries.reports import document_of
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.tasks import tasks_of
from collab_chat.schemas.cases import Abcde, CaseStatus, HarmAxis, ReactionKind, Verdict
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.taxonomy import Criterion

POST = "https://forum.valmorne.example/t/water-letter"
CHANNEL = "https://social.example/@valmorne_alerts/1042"
TITLE = "A forged letter says that Valmorne’s tap water makes people ill"
PAGES = {
    POST: "<!doctype html><html><head><title>WATER LETTER – share before it is deleted</title></head><body>"
    "<h1>They are hiding it from us</h1><p>My cousin got this letter from the prefecture: do not drink tap water in Valmorne until "
    "the 30th, three children in hospital. Nobody in the media says a word. Boil everything. SHARE.</p>"
    "<p>Posted 41 times in 2 hours from accounts created this month.</p></body></html>",
    CHANNEL: "<!doctype html><html lang='fr'><head><title>Alertes Valmorne</title></head><body>"
    "<p>URGENT. Courrier de la préfecture : l’eau du robinet de Valmorne est interdite à la consommation. Faites suivre à tous les "
    "parents de l’école.</p></body></html>",
}
COMPARISON = """Comparison of the circulating letter with the authority's template (invented for the demonstration)

1. Letterhead: the logo is that of before 2021.
2. Reference number: the series did not exist at the date given.
3. Signature: the function named was abolished two years ago.
4. The telephone number belongs to nobody.
5. File metadata: made with a phone application, forty minutes before the first post.
"""
REPORT = """# Situation report: the forged water letter

## In one paragraph

A letter that bears an old letterhead of the authority circulates since 07:40. It says that the tap water of Valmorne is not to be drunk. The
authority says in writing that it sent no such letter and that all samples of the week are within limits.

## What we know

- First seen on a town forum, then in a channel of 3,200 subscribers; 41 copies in two hours, most from accounts of this month.
- Five signs of forgery, in evidence “comparison.txt”.
- Shops ran out of bottled water in one street. Nobody was hurt.

## What we do not know

- Who made the letter. **We name nobody.**
- Whether the accounts belong together; the bot detector gives likelihoods, not findings.

## Ce que nous faisons

- Une phrase commune, sans répéter la fausse information : « L’eau de Valmorne est potable ; les analyses du jour sont publiques. »
- Signalement du canal à la plateforme ; l’autorité publie les analyses chaque matin.

## Next look

Tomorrow 09:00, by the observers.
"""


def complete_case(stage: Stage) -> uuid.UUID:
    """Play the whole case, nine days ago; return its room."""
    start = stage.ago(days=9, hours=3)
    room_id = _alert(stage)
    _talk(stage, room_id)
    evidence = (
        stage.captured(stage.analyst, room_id, POST, PAGES, at=start + timedelta(minutes=31)),
        stage.captured(stage.checker, room_id, CHANNEL, PAGES, at=start + timedelta(minutes=36)),
        stage.uploaded(
            stage.scientist,
            room_id,
            "comparison.txt",
            COMPARISON,
            "Five signs of forgery, against the authority’s template",
            at=start + timedelta(minutes=48),
        ),
    )
    _qualify(stage, room_id, evidence)
    _answer(stage, room_id)
    _close(stage, room_id)
    return room_id


def _alert(stage: Stage) -> uuid.UUID:
    """Two sightings of one letter, taken up as a case."""
    start = stage.ago(days=9, hours=3)
    words = "Letter from the prefecture: do not drink the tap water of Valmorne until the 30th."
    with changing(stage.services) as session:
        origin = Origin(source=SignalSource.FEED, name="Valmorne forum")
        raise_signal(session, operator("job"), SignalForm(title="Water letter", text=words, url=POST, key="w1"), at=start, origin=origin)  # fmt: skip
        signal = raise_signal(
            session,
            stage.analyst,
            SignalForm(
                title="Water letter",
                text=f"{words} Two readers called us.",
                url=POST,
                facts={"readers who called": "2"},
            ),
            at=start + timedelta(minutes=6),
        ).signal
        at = start + timedelta(minutes=11)
        summary = "A letter with an old letterhead says that tap water makes people ill. The authority knows nothing of it."
        room_id = stage.case(session, TITLE, summary, at=at, signal=signal)
        person = stage.reviewer.person_id
        scribe = stage.analyst.person_id
        staff_case(session, stage.reviewer, room_id, lead=person, scribe=scribe, at=at + timedelta(minutes=2))
        grade_case(session, stage.reviewer, room_id, harm=3, breakout=3, at=at + timedelta(minutes=5))
        move_case(session, stage.reviewer, room_id, CaseStatus.TRIAGED, at=at + timedelta(minutes=6))
        link(session, stage.analyst, room_id, "url", CHANNEL, title="Channel that repeats it", at=at + timedelta(minutes=9))  # fmt: skip
    return room_id


def _talk(stage: Stage, room_id: uuid.UUID) -> None:
    at = stage.ago(days=9, hours=3) + timedelta(minutes=20)
    step = timedelta(minutes=2)
    with changing(stage.services) as session:
        first = stage.say(
            session,
            stage.analyst,
            room_id,
            "@here the letterhead is the one of **before 2021**. I am asking the authority now.",
            at=at,
        )
        stage.say(session, stage.scientist, room_id, "Les analyses publiées ce matin sont toutes dans les limites. Je dépose la comparaison.", at=at + step)  # fmt: skip
        answer = stage.say(session, stage.analyst, room_id, "Written answer of the authority, 08:31: “This letter does not come from us.”", at=at + 3 * step, thread=first)  # fmt: skip
        stage.say(session, stage.checker, room_id, "@Camille.Analyst thanks. May we quote that sentence?", at=at + 4 * step, thread=first)  # fmt: skip
        stage.say(session, stage.analyst, room_id, "Yes, they agree in the same mail.", at=at + 5 * step, thread=first)  # fmt: skip
        pin_message(session, stage.reviewer, room_id, answer, on=True, at=at + 5 * step)
        set_reaction(session, stage.checker, room_id, answer, "👍", on=True, at=at + 5 * step)


def _qualify(stage: Stage, room_id: uuid.UUID, evidence: tuple[int, ...]) -> None:
    """Four organisations; one of them sees no intent, and says so. An objection is raised, answered, taken back."""
    begin = stage.ago(days=9, hours=3) + timedelta(minutes=55)
    false, harm = Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM
    made = ("T0085.005", "T0115")
    seen = Weighing(Verdict.DISINFORMATION, "A forged letter, spread by new accounts at the same minute.", (false, harm, Criterion.MASSIVE, Criterion.ARTIFICIAL), evidence=evidence, techniques=made, breakout=3, harm=3, axis=HarmAxis.HEALTH)  # fmt: skip
    unsure = Weighing(Verdict.MISINFORMATION, "False, without doubt. That somebody meant harm is not shown: it may be a hoax that ran away.", (false,), (harm,), evidence=evidence[2:], breakout=3, harm=2, axis=HarmAxis.HEALTH)  # fmt: skip
    with changing(stage.services) as session:
        votes = (
            (stage.analyst, seen),
            (stage.checker, seen),
            (stage.observer, seen),
            (stage.scientist, unsure),
        )
        at = stage.qualify(session, room_id, votes, at=begin)
        objection = raise_objection(session, stage.scientist, room_id, "The authority’s answer is not in the evidence yet.", blocking=True, at=at)  # fmt: skip
        lift_objection(session, stage.scientist, room_id, objection.seq, "It is quoted and pinned now.", at=at + timedelta(minutes=6))  # fmt: skip
        stage.decide(session, room_id, at=at)


def _answer(stage: Stage, room_id: uuid.UUID) -> None:
    """A reaction, a playbook's tasks, a report that two people wrote."""
    at = stage.ago(days=9)
    with changing(stage.services) as session:
        choose_reaction(
            session,
            stage.reviewer,
            room_id,
            ReactionKind.FACT_CHECK,
            "Families are acting on it today; the right information exists and is short.",
            at=at,
            text="Valmorne’s water is drinkable. Today’s samples are public. The letter that says otherwise was not written by the authority.",
        )
        start_playbook(session, stage.reviewer, room_id, "health_rumour", at=at + timedelta(minutes=5))
        own = TaskForm(
            "Call the school’s parents’ association", stage.analyst.person_id, at + timedelta(hours=2)
        )
        add_task(session, stage.reviewer, room_id, own, at=at + timedelta(minutes=8))
        begin_report(session, stage.analyst, room_id, at=at + timedelta(minutes=10))
        draft, _sep, rest = REPORT.partition("## Ce que nous faisons")
        for who, text, later in ((stage.analyst, draft, 30), (stage.checker, draft + _sep + rest, 55)):
            document = document_of(session, room_id)
            based_on = text_hash(document.text if document else "")
            write_report(session, who, room_id, text, based_on=based_on, at=at + timedelta(minutes=later))


def _close(stage: Stage, room_id: uuid.UUID) -> None:
    at = stage.ago(days=8)
    with changing(stage.services) as session:
        notes = Abcde(
            actor="Not known. Nobody is named.",
            behaviour="New accounts post the same picture within minutes of one another.",
            content="A letter with an outdated letterhead; five signs of forgery.",
            degree="One forum, one channel, several communities of one town.",
            effect="Bottled water ran out in one street; nobody was hurt.",
        )
        edit_case(session, stage.analyst, room_id, abcde=notes, at=at)
        standing = standing_in(session, stage.reviewer, room_id)
        for number, task in enumerate(tasks_of(session, standing)):
            change_task(session, stage.analyst, room_id, task.seq, done=True, at=at + timedelta(minutes=number))  # fmt: skip
        move_case(session, stage.reviewer, room_id, CaseStatus.MONITORING, at=at + timedelta(hours=1))
        end = stage.ago(days=6)
        stage.say(session, stage.observer, room_id, "Rien de neuf depuis 48 heures : le canal est fermé, le forum a ajouté notre lien.", at=end)  # fmt: skip
        why = "Two days without a new copy; the channel is gone."
        move_case(session, stage.reviewer, room_id, CaseStatus.CLOSED, at=end + timedelta(minutes=20), why=why)  # fmt: skip
        stage.read_by(session, room_id, (stage.analyst, stage.reviewer, stage.admin, *stage.people.partners), at=end + timedelta(hours=1))  # fmt: skip
