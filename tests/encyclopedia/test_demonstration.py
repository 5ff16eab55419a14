"""The entries that the project ships: whole, sourced, in both languages, and told as work that people did."""

from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from common.accounts.actors import operator
from common.demo import fill
from common.taxonomy import EntryKind, Phase
from encyclopedia.core.fields import FIELD_BY_KEY, RELATION_BY_KEY
from encyclopedia.core.markup import parse
from encyclopedia.demo import GREW_LATER, read
from encyclopedia.models import Entry, Link, Page, Revision, Suggestion, Thread
from encyclopedia.queries.translations import outdated

FOLDER = read()


def test_the_folder_is_read_without_a_problem() -> None:
    assert FOLDER.problems == ()
    assert len(FOLDER.entries) >= 40


def test_every_kind_and_every_phase_has_its_entries() -> None:
    assert {entry.kind for entry in FOLDER.entries} == set(EntryKind)
    assert {phase for entry in FOLDER.entries for phase in entry.phases} == set(Phase)


def test_every_entry_is_sourced_and_every_citation_is_known() -> None:
    known = {source.key for source in FOLDER.sources}
    for entry in FOLDER.entries:
        cited = {fact.source for facts in entry.facts.values() for fact in facts if fact.source}
        cited |= {line.source for line in entry.ledger if line.source}
        for language, text in entry.texts.items():
            cited |= {
                each.key
                for each in parse("\n\n".join([*text.fields.values(), text.body]), language).citations
            }
        assert cited, entry.slug
        assert cited <= known, entry.slug


def test_fields_and_relations_are_those_of_the_kind() -> None:
    slugs = {entry.slug: entry.kind for entry in FOLDER.entries}
    for entry in FOLDER.entries:
        prose = {key for text in entry.texts.values() for key in text.fields}
        assert all(entry.kind in FIELD_BY_KEY[key].kinds for key in {*entry.facts, *prose}), entry.slug
        for kind, slug, _note in entry.relations:
            assert entry.kind in RELATION_BY_KEY[kind].sources, (entry.slug, kind)
            assert slugs[slug] in RELATION_BY_KEY[kind].targets, (entry.slug, kind, slug)


def test_most_entries_are_in_both_languages() -> None:
    both = [entry for entry in FOLDER.entries if set(entry.texts) == {"en", "fr"}]
    assert len(both) >= 40


def test_the_demonstration_shows_work_as_it_is(app: FastAPI, guest: TestClient) -> None:
    services = app.state.services
    services.settings = services.settings.model_copy(update={"tools": ("encyclopedia",)})
    fill(services)
    with services.database.read() as session:
        assert (session.scalar(select(func.count()).select_from(Entry)) or 0) >= 40
        assert session.scalar(select(func.count()).where(Link.entry_id.is_(None))) == 0, (
            "a wikilink leads nowhere"
        )
        due = session.scalar(select(func.count()).where(Entry.review_due_at < services.clock()))
        merged = select(func.count()).where(
            Revision.base_id.is_not(None), Revision.base_id != Revision.parent_id
        )
        late = session.scalars(select(Page).where(Page.updated_at > services.clock())).all()
        assert (due or 0) >= 5
        assert (session.scalar(merged) or 0) >= 1
        assert late == [], "something was written in the future"
        assert session.scalar(select(func.count()).select_from(Thread))
        assert session.scalar(select(func.count()).select_from(Suggestion))
        assert len(outdated(session, operator(), "fr").items) >= len(GREW_LATER)
