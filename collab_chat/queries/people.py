"""People with an account, by what one knows of them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.models import Person
from common.errors import NotFound
from common.i18n import gettext as _


def person_called(session: Session, email: str) -> Person:
    """Return who signs in with this address. Raises NotFound."""
    found = session.scalars(
        select(Person).where(func.lower(Person.email) == email.strip().lower(), Person.disabled_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound(
            _(
                "Nobody here signs in with this address. An invitation by link brings in who has no account yet."
            )
        )
    return found
