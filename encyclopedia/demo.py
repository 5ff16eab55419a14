"""The demonstration: entries written for this project, taken in as a folder would be, then worked on by invented people."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.i18n import gettext as _
from common.manifest import DemoPeople
from common.web.services import Services
from encyclopedia.actions.reviews import approve, propose
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.actions.sources import keep_sources
from encyclopedia.actions.suggestions import GivenNote, suggest
from encyclopedia.actions.taking import take_entries
from encyclopedia.actions.talk import answer, open_thread
from encyclopedia.actions.watching import read_news
from encyclopedia.core.exchange import Folder, read_folder
from encyclopedia.core.markup import replace_section, sections
from encyclopedia.models import Entry, Page
from encyclopedia.permissions import TOOL
from encyclopedia.queries.entries import pages_by_language
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import SHEET, ExchangedEntry

FOLDER = Path(__file__).parent / "demonstration"
# Entries whose English grew by a section after the French was made from it.
GREW_LATER = {
    "wayback-machine": "Publishers that refuse",
    "meta-ad-library": "The European Union since October 2025",
    "media-cloud": "Rebuilt since 2021",
    "doppelganger": "What came after",
    "prebunking": "What is contested",
    "ad-transparency-analysis": "Since October 2025",
}
EDITED_BY_TWO = "debunking"
PAUSE = timedelta(minutes=11)  # between two saves of the same person: they are new here, too
LATELY = timedelta(days=9)


def fill(services: Services, people: DemoPeople) -> None:
    """Take the demonstration's entries in, and let its people work on some of them.

    In short transactions: whoever else writes meanwhile need not wait for all of it.
    """
    folder = read()
    now = services.clock().replace(microsecond=0)
    database = services.database
    with database.write() as session:
        keep_sources(session, operator(), folder.sources, at=now - timedelta(days=600))
    ids = _write_all(database, people, folder, now)
    with database.write() as session:
        for reader in (people.analyst, people.reviewer):
            read_news(session, reader, None, at=now - LATELY)
        _grow(session, people.analyst, ids, folder, at=now - LATELY)
    with database.write() as session:
        _edit_together(session, people, ids[EDITED_BY_TWO], at=now - timedelta(days=2))
        _talk(session, people, ids, at=now - timedelta(days=1))


def read() -> Folder:
    """Read the entries and sources that the project ships."""
    files = (path for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return read_folder({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files})


def _write_all(database: Database, people: DemoPeople, folder: Folder, now: datetime) -> dict[str, int]:
    """Write each entry some days before it was reviewed, oldest first, then tie them to one another."""
    ids: dict[str, int] = {}
    entries = sorted(folder.entries, key=lambda entry: (_written(entry, now), entry.slug))
    for number, entry in enumerate(entries):
        at = _written(entry, now) + number * PAUSE
        first = Edit(at, summary=_("First version"))
        with database.write() as session:
            taken = take_entries(session, people.analyst, [_younger(entry)], first, known=ids)
            ids[entry.slug] = taken[entry.slug].entry.id
            _review(session, people.reviewer, ids[entry.slug], at=at + timedelta(days=3))
    for number, entry in enumerate(entries):
        tied = Edit(
            now - timedelta(days=30) + number * PAUSE, summary=_("Ties the entry to others"), minor=True
        )
        with database.write() as session:
            take_entries(session, people.analyst, [_younger(entry)], tied, known=ids)
    return ids


def _written(entry: ExchangedEntry, now: datetime) -> datetime:
    day = entry.reviewed_on
    written = datetime.combine(day, time(8), UTC) - timedelta(days=3) if day else now - timedelta(days=40)
    return min(written, now - timedelta(days=5))


def _review(session: Session, reviewer: Actor, entry_id: int, *, at: datetime) -> None:
    for page in pages_by_language(session, entry_id).values():
        if page.language != SHEET and page.revision_id:
            approve(session, reviewer, page, page.revision_id, at=at)


def _younger(entry: ExchangedEntry) -> ExchangedEntry:
    """Return an entry as it was before its English text grew."""
    heading = GREW_LATER.get(entry.slug)
    text = entry.texts.get("en")
    if heading is None or text is None:
        return entry
    number = next((s.number for s in sections(text.body) if s.title == heading), None)
    if number is None:
        return entry
    shorter = text.model_copy(update={"body": replace_section(text.body, number, "")})
    return replace(entry, texts={**entry.texts, "en": shorter})


def _grow(session: Session, writer: Actor, ids: dict[str, int], folder: Folder, *, at: datetime) -> None:
    """Let some English texts grow, so that their translations are outdated."""
    for number, entry in enumerate(entry for entry in folder.entries if entry.slug in GREW_LATER):
        page = _page(session, ids[entry.slug])
        summary = _("Adds “%(section)s”") % {"section": GREW_LATER[entry.slug]}
        save_text(session, writer, page, entry.texts["en"], Edit(at + number * PAUSE, summary=summary))


def _edit_together(session: Session, people: DemoPeople, entry_id: int, *, at: datetime) -> None:
    """Have two people change one text at the same time; the second save merges both."""
    page = _page(session, entry_id)
    base = text_of(revision_of(session, people.analyst, page.revision_id or 0))
    base_id = page.revision_id
    blocks = base.body.split("\n\n")
    places = [n for n, block in enumerate(blocks) if block[:1].isalpha()]
    first, last = places[0], places[-1]
    note = " See also [[prebunking]]."
    mine = [*blocks[:first], blocks[first].rstrip() + note, *blocks[first + 1 :]]
    theirs = [*blocks[:last], blocks[last].rstrip() + " See also [[lateral-reading]].\n", *blocks[last + 1 :]]
    for who, changed, summary in (
        (people.analyst, mine, _("Points to what can be done before")),
        (people.reviewer, theirs, _("Points to how readers check")),
    ):
        text = base.model_copy(update={"body": "\n\n".join(changed)})
        save_text(session, who, page, text, Edit(at, summary=summary, base_id=base_id))
    propose(
        session, people.analyst, page, _("Two of us edited this; please look at the whole."), at=at + PAUSE
    )


def _talk(session: Session, people: DemoPeople, ids: dict[str, int], *, at: datetime) -> None:
    """Open a thread that is answered, and leave a reader's suggestion to be looked at."""
    entry = session.get_one(Entry, ids["backfire-effect"])
    thread = open_thread(
        session,
        people.analyst,
        entry,
        _("Do we say clearly enough that the effect is rare?"),
        _("Readers remember the name and not the replications. Should the first paragraph say so?"),
        at=at,
    )
    answer(
        session, people.reviewer, thread, _("Yes: the lead should. I will propose a sentence."), at=at + PAUSE
    )
    suggest(
        session,
        Actor(roles={TOOL: Role.GUEST}),
        GivenNote(_("The tool’s address has changed since; the old one leads to an archive.")),
        language="en",
        name="",
        spam=0.0,
        at=at,
        page=_page(session, ids["crowdtangle"]),
    )


def _page(session: Session, entry_id: int) -> Page:
    return pages_by_language(session, entry_id)["en"]
