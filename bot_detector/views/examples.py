"""Three made-up accounts to try the detector on. They exist nowhere; any likeness is chance."""

import json
from dataclasses import dataclass
from typing import Any

from common.i18n import N_
from common.i18n import gettext as _


@dataclass(frozen=True)
class Example:
    """An account as the X API v1.1 would give it, and what is worth seeing in it; texts are marked, not yet translated."""

    code: str
    name: str
    about: str
    account: dict[str, Any]

    @property
    def text(self) -> str:
        """Return the account as JSON, as one would paste it."""
        return json.dumps(self.account, indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class ShownExample:
    """An example in the reader's language."""

    code: str
    name: str
    about: str


def _account(**given: Any) -> dict[str, Any]:
    return {"platform": "x", "observed_at": "2026-10-30T09:00:00Z", **given}


EXAMPLES = (
    Example(
        "amplifier",
        N_("A young, busy amplifier"),
        N_("Three weeks old, hundreds of posts a day, follows many and is followed by few."),
        _account(
            account_id="9000000000000000001",
            handle="news_wave74920385",
            display_name="News Wave",
            description="Breaking. Follow for follow #news #now #truth https://example.org",
            created_at="2026-10-09T04:12:00Z",
            followers=38,
            friends=1974,
            statuses=9120,
            favourites=4,
            listed=0,
        ),
    ),
    Example(
        "gardener",
        N_("Somebody with a garden"),
        N_("Eleven years old, posts now and then, likes more than it posts."),
        _account(
            account_id="9000000000000000002",
            handle="marguerite_b",
            display_name="Marguerite B.",
            description="Potager, confitures et trains de nuit. Les avis sont les miens.",
            created_at="2015-05-17T18:40:00Z",
            followers=212,
            friends=305,
            statuses=3410,
            favourites=8702,
            listed=3,
        ),
    ),
    Example(
        "little",
        N_("An account of which little is known"),
        N_("A handle and two counts: too little for a score, and the tool says so."),
        _account(account_id="9000000000000000003", handle="hello_there", followers=12, friends=4),
    ),
)


def shown_examples() -> list[ShownExample]:
    """Return the examples in the reader's language."""
    return [ShownExample(each.code, _(each.name), _(each.about)) for each in EXAMPLES]


def example_of(code: str) -> Example | None:
    """Return the example with a code, if there is one."""
    return next((each for each in EXAMPLES if each.code == code), None)
