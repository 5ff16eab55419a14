"""What all stored shapes share."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LANGUAGES = ("en", "fr")  # of questionnaires, campaigns and guidelines; an ad may be in any

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[dict[str, str], Field(default_factory=dict)]  # language → text


class Shape(BaseModel):
    """Nothing unknown is kept silently; nothing changes after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def in_language(words: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in English, else in the first that there is; empty where there is none."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")
