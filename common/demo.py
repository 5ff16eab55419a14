"""The demonstration: people who exist nowhere, and what each tool shows with them."""

from sqlalchemy import select

from common.accounts.actions.organisations import create_organisation
from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.accounts.models import Person, RoleGrant
from common.accounts.secrets import hash_password
from common.launch import admin_link, read_manifests
from common.manifest import DemoPeople
from common.taxonomy import Criterion
from common.web.services import Services

PASSWORD = "demonstration only"  # noqa: S105 - printed on the screen, and only where the demo was asked for
NEWSROOM, CHECKERS, OBSERVERS, SCIENTISTS = (
    "Example newsroom",
    "Example fact-check desk",
    "Example election observers",
    "Example health institute",
)
ORGANISATIONS = {
    NEWSROOM: [Criterion.MASSIVE, Criterion.FALSE_OR_MISLEADING],
    CHECKERS: [Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM],
    OBSERVERS: [Criterion.FALSE_OR_MISLEADING, Criterion.ARTIFICIAL],
    SCIENTISTS: [Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM],
}
PEOPLE = (
    ("admin@example.org", "Alix Admin", Role.ADMIN, NEWSROOM),
    ("analyst@example.org", "Camille Analyst", Role.MEMBER, NEWSROOM),
    ("reviewer@example.org", "Dominique Reviewer", Role.REVIEWER, NEWSROOM),
    ("checker@example.org", "Sacha Checker", Role.MEMBER, CHECKERS),
    ("observer@example.org", "Noor Observer", Role.MEMBER, OBSERVERS),
    ("scientist@example.org", "Robin Scientist", Role.MEMBER, SCIENTISTS),
)


def fill(services: Services) -> list[str]:
    """Add the demonstration's people and data where there is nobody yet; return what to tell the operator."""
    with services.database.read() as session:
        people = set(session.scalars(select(Person.email)))
    known = {email for email, *_rest in PEOPLE}
    if people - known:
        return ["This database has people of its own; the demonstration's people were not added."]
    if not people:
        _add_people(services)
        admin, analyst, reviewer, *partners = (
            _actor(services, email, role) for email, _n, role, _o in PEOPLE
        )
        shown = DemoPeople(analyst=analyst, reviewer=reviewer, admin=admin, partners=tuple(partners))
        for manifest in read_manifests(services.settings.tools):
            if manifest.demo:
                manifest.demo(services, shown)
    link = admin_link(services)
    told = ["Demonstration accounts (never use them on a server that others can reach):"]
    told += [f"  {email}   password: {PASSWORD}" for email, *_rest in PEOPLE]
    return [*told, link] if link else told


def _add_people(services: Services) -> None:
    now = services.clock()
    with services.database.write() as session:
        organisations = {
            name: create_organisation(session, operator(), name, criteria, at=now).id
            for name, criteria in ORGANISATIONS.items()
        }
        for email, name, role, organisation in PEOPLE:
            person = Person(
                email=email,
                name=name,
                password_hash=hash_password(PASSWORD),
                created_at=now,
                organisation_id=organisations[organisation],
            )
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, tool=EVERY_TOOL, role=role.value))


def _actor(services: Services, email: str, role: Role) -> Actor:
    with services.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        return Actor(person.id, person.name, {EVERY_TOOL: role}, via="command")
