"""Who a tool asks for: a statement signed with the deployment's secret, good for one minute."""

import uuid
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

MAX_AGE = 60  # seconds
_PURPOSE = "peer statement"


@dataclass(frozen=True)
class Statement:
    """A tool asks on behalf of a person; that person's rights apply, not the tool's."""

    tool: str
    person_id: uuid.UUID


def sign_statement(secret: str, statement: Statement) -> str:
    """Return the statement as an Authorization credential of scheme `Peer`."""
    return URLSafeTimedSerializer(secret, _PURPOSE).dumps([statement.tool, str(statement.person_id)])


def read_statement(secret: str, credential: str) -> Statement | None:
    """Return what a credential states; None where it is forged, over or of another shape."""
    try:
        tool, person_id = URLSafeTimedSerializer(secret, _PURPOSE).loads(credential, max_age=MAX_AGE)
        return Statement(str(tool), uuid.UUID(person_id))
    except (BadSignature, ValueError, TypeError):
        return None
