import re

import pytest
from sqlalchemy import select

from common.accounts.actions.invitations import accept_invitation, first_admin_link, invite
from common.accounts.actions.people import change_password, create_token, revoke_token, set_disabled, set_role
from common.accounts.actions.sign_ins import end_sign_in, sign_in
from common.accounts.actors import ANONYMOUS, EVERY_TOOL, Actor, Role
from common.accounts.models import ApiToken, AuditEntry, SignIn
from common.accounts.queries import actor_of_cookie, actor_of_token, audit_trail, people
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tests.conftest import START, add_person

GOOD = "a long and quiet sentence"


def bring_in(session, *, role=Role.MEMBER, email="robin@example.org", clock=START):
    token = invite(
        session,
        Actor(roles={EVERY_TOOL: Role.ADMIN}, via="command"),
        tool=EVERY_TOOL,
        role=role,
        at=clock,
        hours=1,
    )
    return accept_invitation(session, token, email=email, name="Robin", password=GOOD, at=clock)


def test_first_admin_link_works_once_and_only_while_there_is_nobody(database, clock):
    with database.write() as session:
        earlier = first_admin_link(session, at=clock())
    with database.write() as session:
        token = first_admin_link(session, at=clock())
    with database.write() as session, pytest.raises(NotFound):
        accept_invitation(session, earlier, email="a@example.org", name="A", password=GOOD, at=clock())
    with database.write() as session:
        person = accept_invitation(session, token, email="a@example.org", name="A", password=GOOD, at=clock())
    with database.write() as session:
        assert first_admin_link(session, at=clock()) is None
        cookie = sign_in(session, "A@example.org ", GOOD, browser="test", at=clock(), days=14)
        assert actor_of_cookie(session, cookie, at=clock()).is_admin
        with pytest.raises(NotFound):
            accept_invitation(session, token, email="b@example.org", name="B", password=GOOD, at=clock())
        assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_wrong_password_and_unknown_address_are_told_alike(database, clock):
    with database.write() as session:
        bring_in(session)
    told = []
    for email, password in (("robin@example.org", "wrong wrong wrong"), ("nobody@example.org", GOOD)):
        with database.write() as session, pytest.raises(Invalid) as refusal:
            sign_in(session, email, password, browser="test", at=clock(), days=14)
        told.append(refusal.value.message)
    assert told[0] == told[1]


def test_sign_in_ends_with_time_and_when_ended(database, clock):
    with database.write() as session:
        person = bring_in(session)
        cookie = sign_in(session, "robin@example.org", GOOD, browser="test", at=clock(), days=14)
        other = sign_in(session, "robin@example.org", GOOD, browser="test", at=clock(), days=14)
    with database.write() as session:
        actor = actor_of_cookie(session, cookie, at=clock())
        assert actor.person_id == person.id
        end_sign_in(session, actor, actor.session_id, at=clock())
        assert actor_of_cookie(session, cookie, at=clock()) == ANONYMOUS
        clock.advance(days=15)
        assert actor_of_cookie(session, other, at=clock()) == ANONYMOUS


def test_nobody_ends_the_sign_in_of_another(database, clock):
    with database.write() as session:
        bring_in(session)
        cookie = sign_in(session, "robin@example.org", GOOD, browser="test", at=clock(), days=14)
        held = session.scalars(select(SignIn)).one()
    stranger = add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session, pytest.raises(NotFound):
        end_sign_in(session, stranger, held.token_hash, at=clock())
    with database.read() as session:
        assert actor_of_cookie(session, cookie, at=clock()).is_signed_in


def test_only_hashes_of_secrets_are_stored(database, clock):
    with database.write() as session:
        bring_in(session)
        cookie = sign_in(session, "robin@example.org", GOOD, browser="test", at=clock(), days=14)
        actor = actor_of_cookie(session, cookie, at=clock())
        token = create_token(session, actor, "script", days=10, at=clock())
        session.flush()
        assert session.scalars(select(SignIn.token_hash)).one() != cookie
        assert session.scalars(select(ApiToken.token_hash)).one() != token
        assert re.fullmatch(r"dit_[\w-]{43}", token)


def test_token_acts_as_its_person_until_revoked_or_over(database, clock):
    with database.write() as session:
        bring_in(session, role=Role.REVIEWER)
        cookie = sign_in(session, "robin@example.org", GOOD, browser="test", at=clock(), days=14)
        actor = actor_of_cookie(session, cookie, at=clock())
        first = create_token(session, actor, "first", days=10, at=clock())
        second = create_token(session, actor, "second", days=1, at=clock())
    with database.write() as session:
        assert actor_of_token(session, first, at=clock()).role_in("bot_detector") == Role.REVIEWER
        held = session.scalars(select(ApiToken).where(ApiToken.name == "first")).one()
        revoke_token(session, actor, held.id, at=clock())
        session.flush()
        assert actor_of_token(session, first, at=clock()) == ANONYMOUS
        assert actor_of_token(session, second, at=clock()).via == "token"
        clock.advance(days=2)
        assert actor_of_token(session, second, at=clock()) == ANONYMOUS


def test_a_token_may_not_make_a_token(database, clock):
    member = add_person(database, at=clock(), role=Role.MEMBER)
    by_token = Actor(member.person_id, roles=member.roles, via="token")
    with database.write() as session, pytest.raises(Conflict):
        create_token(session, by_token, "more", days=1, at=clock())


def test_changing_the_password_ends_other_sign_ins(database, clock):
    with database.write() as session:
        bring_in(session)
        here = sign_in(session, "robin@example.org", GOOD, browser="a", at=clock(), days=14)
        there = sign_in(session, "robin@example.org", GOOD, browser="b", at=clock(), days=14)
        actor = actor_of_cookie(session, here, at=clock())
        with pytest.raises(Invalid):
            change_password(session, actor, old="not this one", new=GOOD + "!", at=clock())
        change_password(session, actor, old=GOOD, new=GOOD + "!", at=clock())
        assert actor_of_cookie(session, here, at=clock()).is_signed_in
        assert actor_of_cookie(session, there, at=clock()) == ANONYMOUS


def test_closing_an_account_ends_everything_it_had(database, clock):
    admin = add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session:
        person = bring_in(session)
        cookie = sign_in(session, "robin@example.org", GOOD, browser="a", at=clock(), days=14)
        token = create_token(session, actor_of_cookie(session, cookie, at=clock()), "x", days=9, at=clock())
        set_disabled(session, admin, person.id, disabled=True, at=clock())
        assert actor_of_cookie(session, cookie, at=clock()) == ANONYMOUS
        assert actor_of_token(session, token, at=clock()) == ANONYMOUS
        with pytest.raises(Invalid):
            sign_in(session, "robin@example.org", GOOD, browser="a", at=clock(), days=14)


def test_the_last_admin_stays(database, clock):
    admin = add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session, pytest.raises(Conflict):
        set_role(session, admin, admin.person_id, EVERY_TOOL, Role.MEMBER, at=clock())
    with database.write() as session, pytest.raises(Conflict):
        set_disabled(session, admin, admin.person_id, disabled=True, at=clock())
    add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session:
        set_role(session, admin, admin.person_id, EVERY_TOOL, Role.MEMBER, at=clock())


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.REVIEWER, Role.COORDINATOR])
def test_only_admins_manage_people_and_read_the_audit(database, clock, role):
    actor = add_person(database, at=clock(), role=role)
    with database.write() as session:
        with pytest.raises(Forbidden):
            set_role(session, actor, actor.person_id, EVERY_TOOL, Role.ADMIN, at=clock())
        with pytest.raises(Forbidden):
            invite(session, actor, tool=EVERY_TOOL, role=Role.ADMIN, at=clock(), hours=1)
        with pytest.raises(Forbidden):
            set_disabled(session, actor, actor.person_id, disabled=True, at=clock())
        with pytest.raises(Forbidden):
            people(session, actor, limit=10, offset=0)
        with pytest.raises(Forbidden):
            audit_trail(session, actor)


def test_strangers_are_asked_to_sign_in(database, clock):
    with database.write() as session:
        for refused in (
            lambda: create_token(session, ANONYMOUS, "x", days=1, at=clock()),
            lambda: change_password(session, ANONYMOUS, old="x", new=GOOD, at=clock()),
            lambda: invite(session, ANONYMOUS, tool="*", role=Role.ADMIN, at=clock(), hours=1),
        ):
            with pytest.raises(SignInNeeded):
                refused()


@pytest.mark.parametrize(
    ("email", "name", "password", "field"),
    [
        ("no address", "Robin", GOOD, "email"),
        ("a@b@c", "Robin", GOOD, "email"),
        ("robin@example.org", " ", GOOD, "name"),
        ("robin@example.org", "Robin", "short", "password"),
        ("robin@example.org", "Robin", "x" * 201, "password"),
    ],
)
def test_invitation_refuses_what_cannot_be_used_and_stays_open(database, clock, email, name, password, field):
    admin = add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session:
        token = invite(session, admin, tool="*", role=Role.MEMBER, at=clock(), hours=1)
    with pytest.raises(Invalid) as refusal, database.write() as session:
        accept_invitation(session, token, email=email, name=name, password=password, at=clock())
    assert field in refusal.value.fields
    with database.write() as session:
        accept_invitation(session, token, email="r@example.org", name="R", password=GOOD, at=clock())


def test_what_matters_is_written_to_the_audit_trail(database, clock):
    admin = add_person(database, at=clock(), role=Role.ADMIN)
    with database.write() as session:
        person = bring_in(session)
        set_role(session, admin, person.id, "bot_detector", Role.REVIEWER, at=clock())
    with database.read() as session:
        told = [entry.action for entry, _name in audit_trail(session, admin)]
        assert told[:3] == ["set a role", "accepted an invitation", "invited"]
        everything = " ".join(str(vars(entry)) for entry in session.scalars(select(AuditEntry)))
        assert "robin@example.org" not in everything


@pytest.mark.parametrize("tool", ["collab_chat", None])
def test_whoever_has_an_account_manages_it_and_no_others(sign_in_as, database, clock, tool):
    one = sign_in_as(Role.GUEST, tool=tool) if tool else sign_in_as(None)
    assert one.get("/en/account").status_code == 200
    assert one.get("/en/admin/people").status_code == 403
