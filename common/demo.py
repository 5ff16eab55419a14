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
PEOPLE = (
    ("admin@example.org", "Alix Admin", Role.ADMIN),
    ("analyst@example.org", "Camille Analyst", Role.MEMBER),
    ("reviewer@example.org", "Dominique Reviewer", Role.REVIEWER),
)


def fill(services: Services) -> list[str]:
    """Add the demonstration's people and data where there is nobody yet; return what to tell the operator."""
    with services.database.read() as session:
        people = set(session.scalars(select(Person.email)))
    known = {email for email, _name, _role in PEOPLE}
    if people - known:
        return ["This database has people of its own; the demonstration's people were not added."]
    if not people:
        _add_people(services)
        shown = DemoPeople(
            analyst=_actor(services, "analyst@example.org", Role.MEMBER),
            reviewer=_actor(services, "reviewer@example.org", Role.REVIEWER),
        )
        for manifest in read_manifests(services.settings.tools):
            if manifest.demo:
                manifest.demo(services, shown)
    link = admin_link(services)
    told = ["Demonstration accounts (never use them on a server that others can reach):"]
    told += [f"  {email}   password: {PASSWORD}" for email, _name, _role in PEOPLE]
    return [*told, link] if link else told


def _add_people(services: Services) -> None:
    now = services.clock()
    with services.database.write() as session:
        newsroom = create_organisation(
            session,
            operator(),
            "Example newsroom",
            [Criterion.MASSIVE, Criterion.FALSE_OR_MISLEADING],
            at=now,
        )
        for email, name, role in PEOPLE:
            person = Person(
                email=email,
                name=name,
                password_hash=hash_password(PASSWORD),
                created_at=now,
                organisation_id=newsroom.id,
            )
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, tool=EVERY_TOOL, role=role.value))


def _actor(services: Services, email: str, role: Role) -> Actor:
    with services.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        return Actor(person.id, person.name, {EVERY_TOOL: role}, via="command")
