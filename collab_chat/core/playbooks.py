"""Playbooks: checklists for a kind of case, with who does what, and by when."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError

from collab_chat.schemas.cases import Shape
from common.errors import Invalid
from common.i18n import gettext as _

LANGUAGES = ("en", "fr")
LARGEST = 100_000  # characters of a playbook's file
Words = Annotated[dict[Literal["en", "fr"], Annotated[str, Field(min_length=1, max_length=280)]], Field(min_length=1)]  # fmt: skip
Owner = Literal["lead", "scribe", "starter", "nobody"]


class PlaybookStep(Shape):
    """One task. `within`: minutes from the start until it is due; None: whenever."""

    text: Words
    owner: Owner = "nobody"
    within: Annotated[int, Field(ge=1, le=100_000)] | None = None

    def due(self, start: datetime) -> datetime | None:
        """Return when it is due."""
        return None if self.within is None else start + timedelta(minutes=self.within)


class Playbook(Shape):
    """A checklist. `why` says when to use it; `source` where its advice comes from."""

    key: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,58}$")]
    name: Words
    why: Words
    source: Annotated[str, Field(max_length=500)] = ""
    steps: Annotated[tuple[PlaybookStep, ...], Field(min_length=1, max_length=40)]


def in_language(words: dict[Literal["en", "fr"], str], language: str) -> str:
    """Return words in a language, or in the one that there is."""
    for code, text in words.items():
        if code == language:
            return text
    return next(iter(words.values()))


def read_playbook(text: str) -> Playbook:
    """Read a playbook from YAML. Raises Invalid with a sentence."""
    if len(text) > LARGEST:
        raise Invalid(_("This playbook is too long."))
    try:
        return Playbook.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise Invalid(_("This playbook is not YAML that can be read.")) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid(
            _("This playbook does not fit: %(where)s: %(what)s") % {"where": where, "what": first["msg"]}
        ) from error
