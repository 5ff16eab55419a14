"""Public labelled ads, for evaluation: each set as texts, labels and what keeps its rows apart (page, funder, id).

The files are not part of this project; `folder` is where they lie (its README says where each comes from). Addresses stay in
the texts: the classifier strips them. Raises `NotFound` where a set is absent.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.core.classifier.facts import facts_of, statements
from political_ads.core.classifier.groups import connected
from political_ads.core.classifier.texts import plain
from political_ads.sources.readers.coded_sets import read_wmp as as_read
from political_ads.sources.readers.shapes import Origin

SEEDS = ("en-US", "fr-CA", "it-IT", "nl-BE")
URUGUAY_CODES = (
    "advocacy",
    "atack",
    "image",
    "issue",
    "call to action",
    "ceremonial",
)  # as the file spells them
WMP_TONES = ("promote", "attack", "contrast", "none")
WMP_GOALS = (
    "DONATE",
    "CONTACT",
    "PURCHASE",
    "GOTV",
    "EVENT",
    "POLL",
    "GATHERINFO",
    "LEARNMORE",
    "PRIMARY_PERSUADE",
)
_PAGE_AT_THE_END = re.compile(r"https?://(?:www|graph)\.facebook\.com//?([^/\s]+)/?\s*$")
_POSTS_OF_A_PAGE = 100  # the collector took at most so many posts of each page, one page after the other
_KEY = 80  # letters by which repeated posts are found, as in the sets' description
_FRENCH = frozenset(
    [
        "le",
        "la",
        "les",
        "des",
        "du",
        "un",
        "une",
        "et",
        "est",
        "pour",
        "nous",
        "vous",
        "dans",
        "que",
        "qui",
        "sur",
        "avec",
        "au",
        "aux",
        "ce",
        "cette",
        "pas",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "is",
        "for",
        "we",
        "you",
        "in",
        "that",
        "which",
        "on",
        "with",
        "to",
        "at",
        "this",
        "not",
        "our",
        "your",
        "are",
        "be",
    ]
)


@dataclass(frozen=True, slots=True)
class LabelledAds:
    """One set. All arrays have one value per ad.

    `groups`: who speaks (page or funder), as far as the set says it. `labels`: name → true or false, or a class's number.
    `times`: seconds since 1970, NaN where unknown. `facts`: statements beside each text, where the set says more than its words.
    """

    name: str
    texts: list[str]
    ids: list[str]
    languages: NDArray[np.str_]
    groups: NDArray[np.str_]
    labels: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    times: NDArray[np.float64] | None = None
    facts: list[tuple[str, ...]] | None = None


def read_seeds(folder: Path, locale: str) -> LabelledAds:
    """Read ProPublica's seeds: posts of political pages (1) and of others (0); repeated posts once.

    Where a post does not name its page, the page is found from its place: a hundred posts of each page follow each other.
    """
    found = json.loads(_text(folder / "propublica" / "seeds" / f"{locale}.json"))
    rows: list[tuple[str, int, str]] = []
    seen: set[str] = set()
    for label, name in ((1, "political"), (0, "not_political")):
        for place, text in enumerate(found[name]):
            page = _PAGE_AT_THE_END.search(text)
            key = re.sub(r"\W+", "", plain(text))[:_KEY]
            if key and key not in seen:
                seen.add(key)
                rows.append((text, label, page[1].lower() if page else f"{name} {place // _POSTS_OF_A_PAGE}"))
    texts = [text for text, _label, _page in rows]
    return LabelledAds(
        name=locale,
        texts=texts,
        ids=[f"{locale}-{place}" for place in range(len(rows))],
        languages=np.array([_language(text, locale) for text in texts]),
        groups=np.array([page for _row, _label, page in rows]),
        labels={"political": np.array([label for _row, label, _page in rows], dtype=np.int64)},
    )


def read_uruguay(folder: Path) -> LabelledAds:
    """Read the hand-coded ads of Uruguay 2024: six codes, each 0 or 1; ads with another value are left out."""
    rows = [
        row
        for row in _table(folder / "uruguay_2024" / "train.csv")
        if all(row[code] in {"0", "1"} for code in URUGUAY_CODES)
    ]
    return LabelledAds(
        name="uruguay_2024",
        texts=[row["texto"] for row in rows],
        ids=[row["id"] for row in rows],
        languages=np.full(len(rows), "es"),
        groups=np.full(len(rows), ""),
        labels={code: np.array([int(row[code]) for row in rows], dtype=np.int64) for code in URUGUAY_CODES},
    )


def read_wmp(folder: Path) -> LabelledAds:
    """Read the Wesleyan Media Project's ads of 2020: `tone` (a number in `WMP_TONES`), nine goals and ten topics (0 or 1).

    Ads of one page or one funder, in chains, are one group. Beside the text the set says whether somebody paid. Two fields are left
    out: the kind of sponsor, which its coders wrote down, so that it is a label; and the page's name, which stands beside a quarter of the ads
    and tells by being there how the set was put together.
    """
    rows = _table(folder / "wmp_2020" / "fb_2020_text_goal_tone_topic.csv")
    rows = [row for row in rows if row["transcript"].strip()]
    topics = [name for name in rows[0] if name.startswith("TOC_")]
    spoken = connected([row["page_id"] for row in rows], [row["funding_entity"].lower() for row in rows])
    labels = {"tone": np.array([WMP_TONES.index(row["tone_derived"]) for row in rows], dtype=np.int64)}
    for name in (*WMP_GOALS, *topics):
        said = [row[name] != "" and not row[name].startswith("No,") for row in rows]
        labels[name] = np.array(said, dtype=np.int64)
    return LabelledAds(
        name="wmp_2020",
        texts=[row["transcript"] for row in rows],
        ids=[row["ad_id"] for row in rows],
        languages=np.full(len(rows), "en"),
        groups=spoken.astype(np.str_),
        labels=labels,
        facts=[
            statements(facts_of(as_read(row | {"page_name": ""}, Origin()), row["transcript"]))
            for row in rows
        ],
    )


def read_france(folder: Path) -> LabelledAds:
    """Read the distinct texts of the French ads of May 2019; no label says whether they are political."""
    path = folder / "france_2019" / "fb_fr_ads_removed_unexplained_2019-05-20_to_27.json"
    rows = json.loads(_text(path))
    texts = list(dict.fromkeys(" ".join((row["ad_creative_body"] or "").split()) for row in rows))
    return _unlabelled("france_2019", [text for text in texts if plain(text)])


def read_ira(folder: Path) -> LabelledAds:
    """Read the distinct texts of the Internet Research Agency's ads with the time of their first use; no labels."""
    rows = json.loads(_text(folder / "ira_2018" / "ereidelbach_all_months.json"))
    first: dict[str, float] = {}
    for row in rows:
        text = " ".join(str(row.get("text") or "").split())
        time = _time(str(row.get("date_creation") or ""))
        if plain(text):
            first[text] = float(np.fmin(first.get(text, np.nan), time))
    return _unlabelled("ira_2018", list(first), np.array(list(first.values())))


def _unlabelled(name: str, texts: list[str], times: NDArray[np.float64] | None = None) -> LabelledAds:
    return LabelledAds(
        name=name,
        texts=texts,
        ids=[f"{name}-{place}" for place in range(len(texts))],
        languages=np.array([_language(text, "fr-CA") for text in texts]),
        groups=np.full(len(texts), ""),
        times=times,
    )


def _time(text: str) -> float:
    """`06/10/15 02:59:53 AM PDT` → seconds, read as UTC (months are all that is asked of it); NaN where unreadable."""
    try:
        return datetime.strptime(text[:17], "%m/%d/%y %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return float("nan")


def _language(text: str, locale: str) -> str:
    """The language of a locale; of French or English by their small words where a set holds both."""
    if locale != "fr-CA":
        return locale[:2]
    words = plain(text).split()
    french, english = (sum(word in known for word in words) for known in (_FRENCH, _ENGLISH))
    return "fr" if french > english else "en"


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path), newline="")))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(_("There is no file {path}.").format(path=path)) from error
