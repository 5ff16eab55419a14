"""One request to the API: who asks, what was sent, and the transaction that it runs in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.web.services import Services
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.permissions import PERMISSIONS, Permission

PATH = "/encyclopedia"


@dataclass
class Call:
    """One request. `cookies`: what the answer sets (None: deletes)."""

    services: Services
    actor: Actor
    credential: str  # what tokens are bound to: a sign-in, a program's key; "" for nobody
    session: Session
    sent: Mapping[str, str]
    files: Mapping[str, bytes]
    at: datetime
    address: str  # the asker's, for rate limits only
    is_post: bool
    warnings: dict[str, list[str]] = field(default_factory=dict)
    cookies: dict[str, str | None] = field(default_factory=dict)

    def may(self, permission: Permission) -> bool:
        """Say whether who asks may do something."""
        return PERMISSIONS.allows(self.actor, permission)

    def warn(self, module: str, message: str) -> None:
        """Say something beside the answer."""
        self.warnings.setdefault(module, []).append(message)

    @property
    def version(self) -> int:
        """The format version of the answer."""
        return 2 if self.sent.get("formatversion") in {"2", "latest"} else 1

    def url(self, path: str) -> str:
        """Return the full address of one of the encyclopedia's paths."""
        base = self.services.settings.public_url.rstrip("/")
        return f"{base}{PurePosixPath(PATH) / path}"

    def warn_of(self, module: str, given: Given) -> None:
        """Say which values nobody knows."""
        for name, values in given.unknown.items():
            word = "value" if len(values) == 1 else "values"
            self.warn(module, f'Unrecognized {word} for parameter "{name}": {", ".join(values)[:200]}.')


Answer = dict[str, Any]
