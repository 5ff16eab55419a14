"""How much an edit by a new or anonymous editor looks like spam or vandalism: a likelihood with its reasons.

Additive log-odds of plain features. The weights are set by hand, not learned: there is no labelled set of edits yet, so the
value orders edits for a person's attention and is not a measured probability. They are conservative on purpose: from the
prior of an unknown editor, no single reason reaches `ATTENTION`. The features follow those that vandalism detection on
Wikipedia found useful: M. Potthast, B. Stein and R. Gerling 2008, "Automatic Vandalism Detection in Wikipedia",
doi:10.1007/978-3-540-78646-7_75.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from math import exp, log1p
from urllib.parse import urlsplit

from common.i18n import N_
from encyclopedia.core.diff import diff

ATTENTION = 0.5  # from here on a person should look before the edit is shown
PRIOR = -4.0  # log-odds for an editor of whom nothing is known: about 2 %
TRUST = 0.8  # times ln(1 + the editor's past edits) is taken off …
MOST_READ = 50_000  # characters of what was added
MOST_COMPARED = 400_000  # characters of both texts: beyond, words are not compared
MOST_TRUST = 4.0  # … up to this


class SpamReason(StrEnum):
    """Why an edit deserves a look; the members' order is that of the table of weights."""

    PHRASES = "phrases"
    FOREIGN_MARKUP = "foreign_markup"
    BLANKED = "blanked"
    LINK_DENSITY = "link_density"
    NEW_DOMAINS = "new_domains"
    OTHER_SCRIPT = "other_script"
    CAPITALS = "capitals"
    REPEATED = "repeated"
    SHOUTING = "shouting"
    SHRUNK = "shrunk"
    BURST = "burst"


WEIGHTS: dict[SpamReason, float] = {
    SpamReason.PHRASES: 2.5,
    SpamReason.FOREIGN_MARKUP: 3.0,  # <a href> or [url=]: nobody who saw the editor's help writes that
    SpamReason.BLANKED: 3.0,
    SpamReason.LINK_DENSITY: 2.0,
    SpamReason.NEW_DOMAINS: 1.5,
    SpamReason.OTHER_SCRIPT: 2.0,
    SpamReason.CAPITALS: 2.0,
    SpamReason.REPEATED: 2.0,
    SpamReason.SHOUTING: 1.0,
    SpamReason.SHRUNK: 1.0,
    SpamReason.BURST: 1.0,
}
REASON_NAMES: dict[SpamReason, str] = {
    SpamReason.PHRASES: N_("Phrases that advertisements use"),
    SpamReason.FOREIGN_MARKUP: N_("Links written for another kind of site"),
    SpamReason.BLANKED: N_("Almost all of the text was removed"),
    SpamReason.LINK_DENSITY: N_("Many links for few words"),
    SpamReason.NEW_DOMAINS: N_("Several sites that no entry cites yet"),
    SpamReason.OTHER_SCRIPT: N_("Another script than the rest of the page"),
    SpamReason.CAPITALS: N_("Mostly capitals"),
    SpamReason.REPEATED: N_("The same character many times in a row"),
    SpamReason.SHOUTING: N_("Several runs of exclamation marks"),
    SpamReason.SHRUNK: N_("More than half of the text was removed"),
    SpamReason.BURST: N_("Many edits within a short time"),
}
PHRASES = (
    "buy now", "order now", "click here", "best price", "lowest price", "free shipping", "limited offer", "100% free",
    "online casino", "casino bonus", "sports betting", "payday loan", "weight loss", "work from home", "make money fast",
    "seo services", "buy followers", "buy likes", "cheap viagra", "escort service", "crypto giveaway", "guaranteed profit",
    "achetez maintenant", "cliquez ici", "meilleur prix", "livraison gratuite", "offre limitée", "casino en ligne",
    "paris sportifs", "crédit rapide", "perte de poids", "gagner de l'argent", "acheter des abonnés", "rencontre coquine",
)  # fmt: skip

_PHRASES = re.compile(r"\b(?:" + "|".join(map(re.escape, PHRASES)) + r")\b", re.IGNORECASE)
_MARKUP = re.compile(r"<a\s[^>]{0,200}href|\[url[=\]]|\[link=", re.IGNORECASE)
_REPEATED = re.compile(r"([^\W\d_]|[!?€$])\1{7,}")
_SHOUTS = re.compile(r"!{2,}|[!?]{3,}")


@dataclass(frozen=True)
class SpamScore:
    """A likelihood in [0, 1] and the reasons that raised it, the weightiest first (codes of `SpamReason`)."""

    value: float
    reasons: tuple[SpamReason, ...]


@dataclass(frozen=True)
class _Edit:
    """What the features look at."""

    old: str
    new: str
    added: str  # the words that are new
    links: tuple[str, ...]
    known_domains: Collection[str]
    edits: int
    seconds: float


def spam_score(
    old: str,
    new: str,
    *,
    added_links: Sequence[str],
    editor_edits: int,
    seconds_since_first: float,
    known_domains: Collection[str] = (),
) -> SpamScore:
    """Score one edit. `added_links`: addresses that `new` has and `old` has not; `editor_edits`: saved before this one;
    `seconds_since_first`: since the editor's first edit (0 for the first); `known_domains`: host names that entries cite.
    """  # noqa: D205 - the arguments read as one list
    edit = _Edit(
        old, new, _added(old, new), tuple(added_links), known_domains, editor_edits, seconds_since_first
    )
    found = [reason for reason in SpamReason if _TESTS[reason](edit)]
    found.sort(key=lambda reason: -WEIGHTS[reason])
    trust = min(MOST_TRUST, TRUST * log1p(editor_edits))
    log_odds = PRIOR - trust + sum(WEIGHTS[reason] for reason in found)
    return SpamScore(1 / (1 + exp(-log_odds)), tuple(found))


def _added(old: str, new: str) -> str:
    """Return the words that are new; of very long texts, the lines that are new."""
    if len(old) + len(new) > MOST_COMPARED:
        known = set(old.splitlines())
        return "\n".join(line for line in new.splitlines() if line not in known)[:MOST_READ]
    rows = [row for hunk in diff(old, new, context=0).hunks for row in hunk.lines if row.moved is None]
    return "\n".join(" ".join(span.text for span in row.new_spans if span.changed) for row in rows)[
        :MOST_READ
    ]


def _dense(edit: _Edit) -> bool:
    """Whether two links or more come with fewer than ten words each."""
    return len(edit.links) >= 2 and len(edit.added.split()) < 10 * len(edit.links)


def _strange_domains(edit: _Edit) -> bool:
    hosts = {(urlsplit(link).hostname or "").removeprefix("www.") for link in edit.links if _readable(link)}
    return len(hosts - {host.removeprefix("www.") for host in edit.known_domains} - {""}) >= 3


def _readable(link: str) -> bool:
    try:
        urlsplit(link)
    except ValueError:  # such as an unfinished IPv6 address: no host to compare
        return False
    return True


def _blanked(edit: _Edit) -> bool:
    return len(edit.old) >= 500 and len(edit.new) < 0.1 * len(edit.old)


def _shrunk(edit: _Edit) -> bool:
    return len(edit.old) >= 500 and 0.1 * len(edit.old) <= len(edit.new) < 0.5 * len(edit.old)


def _capitals(edit: _Edit) -> bool:
    """Whether at least 40 new letters are mostly capitals (a table of acronyms stays below)."""
    cased = [char for char in edit.added if char.isupper() or char.islower()]
    return len(cased) >= 40 and sum(map(str.isupper, cased)) > 0.7 * len(cased)


def _other_script(edit: _Edit) -> bool:
    here, (script, letters) = _script(edit.old), _script(edit.added)
    return here[1] >= 200 and letters >= 30 and script != here[0]


def _script(text: str) -> tuple[str, int]:
    """Return the commonest script (the first word of its letters' Unicode names) and the letters seen, at most 2,000."""
    letters = list(islice((char for char in text if char.isalpha()), 2_000))
    names = Counter(unicodedata.name(char, "?").split(" ", 1)[0] for char in letters)
    return (names.most_common(1)[0][0] if names else "", len(letters))


def _burst(edit: _Edit) -> bool:
    """Whether a new editor saves more often than every twenty seconds."""
    return 3 <= edit.edits < 50 and edit.seconds < 20 * edit.edits


_TESTS: dict[SpamReason, Callable[[_Edit], bool]] = {
    SpamReason.PHRASES: lambda edit: _PHRASES.search(edit.added) is not None,
    SpamReason.FOREIGN_MARKUP: lambda edit: _MARKUP.search(edit.added) is not None,
    SpamReason.BLANKED: _blanked,
    SpamReason.LINK_DENSITY: _dense,
    SpamReason.NEW_DOMAINS: _strange_domains,
    SpamReason.OTHER_SCRIPT: _other_script,
    SpamReason.CAPITALS: _capitals,
    SpamReason.REPEATED: lambda edit: _REPEATED.search(edit.added) is not None,
    SpamReason.SHOUTING: lambda edit: len(_SHOUTS.findall(edit.added)) >= 2,
    SpamReason.SHRUNK: _shrunk,
    SpamReason.BURST: _burst,
}
