import pytest

from common.accounts.actions.invitations import accept_invitation, invite
from common.accounts.actions.organisations import (
    create_organisation,
    delete_organisation,
    set_criteria,
    set_organisation,
)
from common.accounts.actors import Role
from common.accounts.models import Organisation, Person
from common.accounts.queries import organisations, people_per_organisation
from common.errors import Conflict, Forbidden, Invalid
from common.taxonomy import Criterion
from tests.conftest import add_person


@pytest.fixture
def admin(database, clock):
    return add_person(database, at=clock(), role=Role.ADMIN)


def test_two_organisations_may_require_different_criteria(database, clock, admin):
    with database.write() as session:
        first = create_organisation(
            session, admin, "One", {Criterion.FOREIGN_SOURCE, Criterion.MASSIVE}, at=clock()
        )
        create_organisation(session, admin, "Two", [Criterion.INTENT_TO_HARM], at=clock())
        assert first.criteria == ["massive", "foreign_source"]
        set_criteria(session, admin, first.id, [Criterion.ILLEGAL], at=clock())
    with database.read() as session:
        assert [each.criteria for each in organisations(session, admin)] == [["illegal"], ["intent_to_harm"]]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "Taken"])
def test_a_name_that_cannot_be_used_is_refused(database, clock, admin, name):
    with database.write() as session:
        create_organisation(session, admin, "Taken", [], at=clock())
        with pytest.raises(Invalid):
            create_organisation(session, admin, name, [], at=clock())


def test_people_belong_to_one_by_invitation_or_by_an_admin(database, clock, admin):
    with database.write() as session:
        one = create_organisation(session, admin, "One", [], at=clock())
        token = invite(
            session, admin, tool="*", role=Role.MEMBER, organisation_id=one.id, at=clock(), hours=1
        )
        person = accept_invitation(
            session, token, email="r@example.org", name="R", password="a long and quiet sentence", at=clock()
        )
        assert person.organisation_id == one.id
        set_organisation(session, admin, admin.person_id, one.id, at=clock())
        session.flush()
        assert people_per_organisation(session, admin) == {one.id: 2}
        with pytest.raises(Conflict):
            delete_organisation(session, admin, one.id, at=clock())
        for each in (person.id, admin.person_id):
            set_organisation(session, admin, each, None, at=clock())
        session.flush()
        delete_organisation(session, admin, one.id, at=clock())
    with database.read() as session:
        assert session.get(Organisation, one.id) is None
        assert session.get(Person, person.id).organisation_id is None


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.REVIEWER, Role.COORDINATOR])
def test_only_admins_touch_organisations(database, clock, admin, role):
    actor = add_person(database, at=clock(), role=role)
    with database.write() as session:
        one = create_organisation(session, admin, "One", [], at=clock())
        for refused in (
            lambda: create_organisation(session, actor, "Two", [], at=clock()),
            lambda: set_criteria(session, actor, one.id, [], at=clock()),
            lambda: set_organisation(session, actor, actor.person_id, one.id, at=clock()),
            lambda: delete_organisation(session, actor, one.id, at=clock()),
            lambda: organisations(session, actor),
        ):
            with pytest.raises(Forbidden):
                refused()


def test_the_page_adds_changes_and_keeps_what_was_typed(sign_in_as):
    client = sign_in_as(Role.ADMIN)
    form = {"name": "Example newsroom", "criteria": ["massive", "illegal"]}
    page = client.post("/en/admin/organisations", data=form)
    assert "Example newsroom" in page.text
    assert "Massive: widely shared" in page.text
    again = client.post("/en/admin/organisations", data=form)
    assert again.status_code == 422
    assert "already an organisation" in again.text
