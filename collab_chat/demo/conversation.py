"""The team's room: a lively, bilingual conversation with all that a message can be."""

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from collab_chat.actions.marking import mark_message, pin_message, set_reaction
from collab_chat.actions.messages import edit_message, redact_message
from collab_chat.actions.rooms import create_room
from collab_chat.actions.speaking import Words, speak
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.demo.stage import Stage
from collab_chat.schemas.events import Via
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, operator


def team_room(stage: Stage, rooms: tuple[uuid.UUID, uuid.UUID]) -> None:
    """Make the watch's room, and let people talk in it since the day before; some of it the analyst has not read."""
    with changing(stage.services) as session:
        room_id = create_room(
            session,
            stage.reviewer,
            "Watch of Valmorne",
            topic="Who is on watch, what was seen · Qui veille, ce qui a été vu",
            at=stage.ago(days=10),
        ).id
        stage.bring(session, stage.reviewer, room_id, at=stage.ago(days=10))
        _yesterday(stage, session, room_id)
        stage.read_by(session, room_id, (stage.analyst,), at=stage.ago(hours=18))
        _today(stage, session, room_id, rooms)
        stage.read_by(
            session, room_id, (stage.reviewer, stage.observer, stage.checker), at=stage.ago(minutes=2)
        )


def _yesterday(stage: Stage, session: Session, room_id: uuid.UUID) -> None:
    at, step = stage.ago(hours=25), timedelta(minutes=3)

    def say(actor: Actor, text: str, later: int, thread: int | None = None) -> int:
        return stage.say(session, actor, room_id, text, at=at + later * step, thread=thread)

    rules = say(
        stage.reviewer,
        "**How we work here**\n\n- a signal before an opinion\n- sheets are filled blind\n- we write about content, never about private persons",
        0,
    )
    pin_message(session, stage.reviewer, room_id, rules, on=True, at=at + step)
    watch = say(
        stage.observer,
        "Je prends la veille jusqu’à 20 h. @Sacha.Checker tu prends la suite ?",
        1,
    )
    say(stage.checker, "Yes, until 6. `@here` is on my phone.", 2, watch)
    say(stage.observer, "Merci ! Les flux du forum sont un peu lents aujourd’hui.", 3, watch)
    set_reaction(session, stage.checker, room_id, watch, "🙏", on=True, at=at + 3 * step)
    typo = say(stage.scientist, "The institute publishes water samples at 0:30 every morning.", 5)
    edit_message(session, stage.scientist, room_id, typo, "The institute publishes water samples at **8:30** every morning.", at=at + 6 * step)  # fmt: skip
    gone = say(stage.checker, "The reader who wrote to us is reachable at 0000 000 000.", 7)
    redact_message(session, stage.checker, room_id, gone, "A private person’s number does not belong here.", at=at + 8 * step)  # fmt: skip
    for actor in (stage.analyst, stage.reviewer):
        set_reaction(session, actor, room_id, typo, "✅", on=True, at=at + 8 * step)
    narrow = say(stage.observer, "Our contact at the authority prefers calls before noon.", 9)
    mark_message(session, stage.observer, room_id, narrow, Tlp.AMBER_STRICT, at=at + 9 * step)
    shared = TaskForm(
        "Write the watch’s summary for Friday", stage.analyst.person_id, stage.now + timedelta(hours=30)
    )
    add_task(session, stage.reviewer, room_id, shared, at=at + 10 * step)
    say(stage.analyst, "Good night everybody. Bonne veille, Sacha.", 120)


def _today(stage: Stage, session: Session, room_id: uuid.UUID, rooms: tuple[uuid.UUID, uuid.UUID]) -> None:
    polling, pharmacies = rooms
    at, step = stage.ago(minutes=58), timedelta(minutes=4)

    def say(actor: Actor, text: str, later: int, thread: int | None = None) -> int:
        return stage.say(session, actor, room_id, text, at=at + later * step, thread=thread)

    via = Via(kind="webhook", name="Example alerting")
    alert = speak(session, operator("job"), room_id, Words("**31 posts in 10 minutes** with the words “polling card”. 28 of them are the same to the letter.", via), at=at).seq  # fmt: skip
    set_reaction(session, stage.observer, room_id, alert, "👀", on=True, at=at + step)
    asked = say(stage.observer, "@Camille.Analyst can you score five of these accounts before we go on?", 2)
    say(stage.checker, "En attendant, j’ai relu l’article 7 : aucune mention d’un tampon.", 3, asked)
    say(stage.observer, "Then the second sentence is false as well.", 4, asked)
    words = stage.say(session, stage.observer, polling, "For the record: article 7 mentions no stamp at all.", at=at + 5 * step)  # fmt: skip
    stage.say(session, stage.checker, room_id, "Quoting the case’s room, so that the next watch finds it:", at=at + 6 * step, quoting=(polling, words))  # fmt: skip
    said = say(
        stage.scientist, "@here une liste de pharmacies circule aussi ; Camille a ouvert une affaire.", 11
    )
    set_reaction(session, stage.reviewer, room_id, said, "👍", on=True, at=at + 12 * step)
    stage.say(session, stage.scientist, pharmacies, "Two of the names do not exist in the register.", at=stage.ago(minutes=5))  # fmt: skip
    say(stage.reviewer, "Thank you all. Short call at half past.", 13)
