"""Slash commands: the line that somebody typed, taken apart; what is understood, with an example of each."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from collab_chat.schemas.markings import Tlp
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
WORD = re.compile(r"/([a-z][a-z0-9_-]{0,39})(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r'"([^"]*)"|“([^”]*)”|«\s*([^»]*?)\s*»|(\S+)')
_SPAN = re.compile(r"\+?(\d{1,4})(min|m|h|d|j)", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)")
_COUNT = re.compile(r"(\d[\d\s .,’'_]*)(?:(k|m|millions?)(?!\w))?", re.IGNORECASE)
_HANDLE = re.compile(r"@?[\w.\-]{1,100}(?:@[\w.\-]{1,100})?")


@dataclass(frozen=True)
class Command:
    """A command as help and completion show it; texts are marked, not yet translated. `form`: what follows the word."""

    word: str
    form: str
    help: str
    example: str
    slow: bool = False  # asks another tool: the answer comes when it is there


BUILT_IN: dict[str, Command] = {
    one.word: one
    for one in (
        Command(
            "score",
            N_("@handle or an address"),
            N_("What the bot detector knows of an account."),
            "/score @weather_daily_0042",
            slow=True,
        ),
        Command("ads", N_("words"), N_("Political ads with these words."), "/ads polling station", slow=True),
        Command(
            "practice",
            N_("words, or nothing"),
            N_("The encyclopedia’s practices, for the phase that the case is in."),
            "/practice deepfake audio",
            slow=True,
        ),
        Command(
            "scale",
            N_("number, measure, platform"),
            N_("How large a number of shares or views is, by a dated table."),
            "/scale 12000 shares",
        ),
        Command(
            "task",
            N_("what is to be done, @whom, when"),
            N_("Adds a task."),
            '/task "Call the prefecture" @Ada 18:30',
        ),
        Command("vote", "", N_("Opens the qualification sheet; votes are not cast in the open."), "/vote"),
        Command(
            "severity",
            N_("harm 0–4, breakout 1–6"),
            N_("Grades the case by the published matrix."),
            "/severity 3 4",
        ),
        Command(
            "tlp",
            N_("clear, green, amber, amber+strict or red"),
            N_("Shows or changes the room’s marking."),
            "/tlp amber",
        ),
        Command("report", "", N_("Opens the situation report."), "/report"),
        Command("help", N_("a command, or nothing"), N_("Says what can be typed here."), "/help score"),
    )
}


@dataclass(frozen=True)
class Typed:
    """A command line: the word in lower case, and the rest as it was typed."""

    word: str
    rest: str

    @property
    def parts(self) -> list[str]:
        """Return the rest in its parts; quotes of any kind hold a part together."""
        return [next(filter(None, found), "") for found in _PART.findall(self.rest)]


@dataclass(frozen=True)
class TaskLine:
    """What `/task` says: the text, the name behind @ and the due time where there are such."""

    text: str
    owner: str = ""
    due: datetime | None = None


@dataclass(frozen=True)
class ScaleLine:
    """What `/scale` asks: a number of what, and where; empty: any."""

    count: int
    measure: str = ""
    platform: str = ""


@dataclass(frozen=True)
class AccountRef:
    """An account as somebody names it: a handle, and the platform where an address says it."""

    handle: str
    platform: str = ""


def read_line(text: str) -> Typed:
    """Return a command line. Raises Invalid where a text is none."""
    found = WORD.fullmatch(text.strip())
    if found is None:
        raise Invalid(_("A command is a word behind a slash, such as /help."))
    return Typed(found.group(1).lower(), (found.group(2) or "").strip())


def usage(command: Command) -> str:
    """Return how a command is written, with an example."""
    form = f" {_(command.form)}" if command.form else ""
    return _("Write it as “/%(word)s%(form)s”, for example “%(example)s”.") % {
        "word": command.word, "form": form, "example": command.example,
    }  # fmt: skip


def misused(word: str, problem: str) -> Invalid:
    """Return the refusal of a line, with how it is written right."""
    return Invalid(f"{problem} {usage(BUILT_IN[word])}")


def read_account(rest: str) -> AccountRef:
    """Return the account that `/score` names: @handle, user@server, or an account's address. Raises Invalid."""
    given = rest.strip()
    if "://" in given:
        return _account_at(given)
    if not _HANDLE.fullmatch(given):
        raise misused("score", _("Name one account."))
    return AccountRef(given.lstrip("@"))


def read_task(typed: Typed, *, at: datetime) -> TaskLine:
    """Return the task of a line: the last time and the last @name in it are its due time and owner. Raises Invalid.

    Times: `18:30` (today, or tomorrow where that is past), `2h`, `30min`, `3d`, `2026-11-23`; in UTC, as all times of the log.
    """
    words, owner, due = [], "", None
    for part in typed.parts:
        moment = _due(part, at)
        if moment is not None:
            due = moment
        elif part.startswith("@") and len(part) > 1:
            owner = part[1:]
        else:
            words.append(part)
    text = " ".join(words).strip()
    if not text:
        raise misused("task", _("Say what is to be done."))
    return TaskLine(text, owner, due)


def read_scale(rest: str) -> ScaleLine:
    """Return what `/scale` asks; numbers may be written 12000, 12,000, 12 000, 12k or 1.2 million. Raises Invalid."""
    found = _COUNT.match(rest.strip())
    count = _counted(found.group(1), (found.group(2) or "").lower()) if found else None
    if found is None or count is None:
        raise misused("scale", _("Begin with a number."))
    words = rest.strip()[found.end() :].lower().split()
    return ScaleLine(count, words[0] if words else "", words[1] if len(words) > 1 else "")


def read_severity(typed: Typed) -> tuple[int, int]:
    """Return harm and breakout. Raises Invalid."""
    numbers = [part for part in typed.parts if part.isascii() and part.isdigit()]
    if len(numbers) != 2 or len(typed.parts) != 2:
        raise misused("severity", _("Give two numbers: harm, and breakout."))
    return int(numbers[0]), int(numbers[1])


def read_tlp(rest: str) -> Tlp:
    """Return a marking, written with or without `TLP:`. Raises Invalid."""
    name = re.sub(r"\s+", "", rest.lower().removeprefix("tlp:").replace("-", "+").replace("_", "+"))
    try:
        return Tlp(name)
    except ValueError:
        raise misused("tlp", _("There is no such marking.")) from None


def _account_at(url: str) -> AccountRef:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.")
    path = [part for part in parts.path.split("/") if part]
    if host in {"x.com", "twitter.com"} and path:
        return AccountRef(path[0], "x")
    if host == "bsky.app" and path[:1] == ["profile"] and len(path) > 1:
        return AccountRef(path[1], "bluesky")
    if path and path[0].startswith("@") and len(path[0]) > 1:  # Mastodon and its kin: https://server/@user
        name = path[0][1:]
        return AccountRef(name if "@" in name else f"{name}@{host}", "mastodon")
    raise misused("score", _("This address is not that of an account."))


def _due(part: str, at: datetime) -> datetime | None:
    if found := _CLOCK.fullmatch(part):
        moment = at.replace(hour=int(found.group(1)), minute=int(found.group(2)), second=0, microsecond=0)
        return moment if moment > at else moment + timedelta(days=1)
    if found := _SPAN.fullmatch(part):
        number, unit = int(found.group(1)), found.group(2).lower()
        minutes = {"min": 1, "m": 1, "h": 60}.get(unit, 1_440)
        return at + timedelta(minutes=number * minutes)
    try:
        day = datetime.strptime(part, "%Y-%m-%d").replace(tzinfo=at.tzinfo)
    except ValueError:
        return None
    return day.replace(hour=23, minute=59)


def _counted(digits: str, unit: str) -> int | None:
    digits = digits.strip()
    if unit and re.fullmatch(r"\d+[.,]\d+", digits):
        number = float(digits.replace(",", "."))
    else:
        number = float(re.sub(r"\D", "", digits) or 0)
    times = 1_000 if unit == "k" else 1_000_000 if unit else 1
    count = round(number * times)
    return count if 0 < count < 10**12 else None
