"""Numbers, ranges, moments and addresses as files write them, to what our records hold."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MISSING = frozenset({"", "n/a", "na", "nan", "none", "null", "nil", "-", "–", "unknown", "not available"})
MOST_NUMBER = 10**15  # beyond every count and every sum that an ad can have

_GROUPS = re.compile(r"[\s\u00a0\u202f'’]")
_SIMPLE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?")
_NUMBER = re.compile(r"[+-]?\d[\d.,\s\u00a0\u202f'’]*(?:e[+-]?\d+)?", re.IGNORECASE)
_FACTORS = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000}
_ONE = r"(\d[\d.,\s\u00a0\u202f'’]*)\s*(k|m|bn|b)?"
_RANGE = re.compile(_ONE + r"\s*(?:-|–|—|to|\.\.\.?)\s*" + _ONE, re.IGNORECASE)
_AT_MOST = re.compile(r"(?:≤|<=|<|under|up to)\s*" + _ONE, re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:≥|>=|>|over|more than)\s*" + _ONE, re.IGNORECASE)
_EXACT = re.compile(_ONE, re.IGNORECASE)
_BOUND = re.compile(r"(lower|upper)_bound\W+(\d+)")
# Query fields that open something to whoever holds them, or that follow a person.
_SECRET = re.compile(
    r"token|secret|proof|signature|^sig$|^auth|session|password|fbclid|gclid|^hash$", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # fmt: skip
_ZONED = re.compile(r"\s*([A-Z]{1,4})$")
_MOMENTS = (
    "%m/%d/%y %I:%M:%S %p",  # the Facebook ads of 2015 to 2017 as released by the US House
    "%a %b %d %H:%M:%S %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def is_missing(value: Any) -> bool:
    """Say whether a value stands for none."""
    return value is None or (isinstance(value, str) and value.strip().lower() in MISSING)


def number(value: Any, *, decimal: str = ".") -> float | None:
    """Return a number ≥ 0 (None: missing, unreadable or impossible). `decimal`: the mark in "1.234" that leaves doubt."""
    if isinstance(value, bool) or is_missing(value):
        return None
    if isinstance(value, int | float):
        found = float(value)
    elif decimal == "." and isinstance(value, str) and _SIMPLE.fullmatch(value):
        found = float(value)  # nearly all of them, in a third of the time
    else:
        text = str(value).strip().strip("€$£ ")
        if not _NUMBER.fullmatch(text):
            return None
        found = _parsed(_GROUPS.sub("", text), decimal)
    return found if 0 <= found <= MOST_NUMBER else None


def _parsed(text: str, decimal: str) -> float:
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:  # the last mark is the decimal one
        group, mark = (".", ",") if comma > point else (",", ".")
    else:
        mark = "," if comma >= 0 else "."
        places = len(text) - text.rfind(mark) - 1
        grouped = text.count(mark) > 1 or (places == 3 and mark != decimal)
        group, mark = (mark, "") if grouped else ("", mark)
    text = text.replace(group, "") if group else text
    try:
        return float(text.replace(mark, ".") if mark else text)
    except ValueError:
        return -1.0


def count(value: Any, *, decimal: str = ".") -> int | None:
    """Return a whole number ≥ 0; None where there is none."""
    found = number(value, decimal=decimal)
    return None if found is None else round(found)


def share(value: Any) -> float | None:
    """Return a share from 0 to 1, from "0.023" or "2.3 %"; None where there is none."""
    percent = isinstance(value, str) and value.strip().endswith("%")
    found = number(value.strip().rstrip("% ") if isinstance(value, str) else value)
    if found is None:
        return None
    found = found / 100 if percent else found
    return found if found <= 1 else (1.0 if found < 1.001 else None)


def span(value: Any, *, decimal: str = ".") -> tuple[float | None, float | None]:
    """Return the lower and upper bound of "≤100", "100-199", "10k–100k", ">1M", 5 or {"lower_bound": "1", …}."""
    if isinstance(value, Mapping):
        return number(value.get("lower_bound")), number(value.get("upper_bound"))
    exact = number(value, decimal=decimal)
    if exact is not None or not isinstance(value, str):
        return exact, exact
    return _span_of_text(value.strip().strip("€$£ "), decimal)


def _span_of_text(text: str, decimal: str) -> tuple[float | None, float | None]:
    bounds = dict(_BOUND.findall(text))
    if bounds:
        return number(bounds.get("lower")), number(bounds.get("upper"))
    if found := _RANGE.fullmatch(text):
        low, low_unit, high, high_unit = found.groups()
        return _scaled(low, low_unit, decimal), _scaled(high, high_unit, decimal)
    if found := _AT_MOST.fullmatch(text):
        return 0.0, _scaled(found[1], found[2], decimal)
    if found := _AT_LEAST.fullmatch(text):
        return _scaled(found[1], found[2], decimal), None
    found = _EXACT.fullmatch(text)
    exact = _scaled(found[1], found[2], decimal) if found else None
    return exact, exact


def _scaled(digits: str, unit: str | None, decimal: str) -> float | None:
    found = number(digits, decimal=decimal)
    return None if found is None else found * _FACTORS.get((unit or "").lower(), 1)


def whole_span(value: Any, *, decimal: str = ".") -> tuple[int | None, int | None]:
    """Return the bounds of a count."""
    low, high = span(value, decimal=decimal)
    return (None if low is None else round(low)), (None if high is None else round(high))


def moment(value: Any) -> datetime | None:
    """Return a moment in UTC; one without a zone is taken as UTC, a day as its beginning. "03/04/2019" is not guessed."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(float(value))
    if not isinstance(value, str) or is_missing(value):
        return None
    text = value.strip()
    if re.fullmatch(r"\d{9,10}|\d{12,13}", text):
        return _from_epoch(float(text))
    found = _from_iso(text) or _from_words(text)
    return found if found and found >= _EARLIEST and found.year < 2100 else None


def _from_iso(text: str) -> datetime | None:
    text = re.sub(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", r"\1-\2-\3", text).replace(" UTC", "Z")
    text = re.sub(r"^(\d{4})-(\d)(?=-)", r"\1-0\2", text)
    text = re.sub(r"^(\d{4}-\d\d)-(\d)(?!\d)", r"\1-0\2", text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _from_words(text: str) -> datetime | None:
    zone = UTC
    named = _ZONED.search(text)
    if named and named.group(1) in _ZONES:
        zone = timezone(timedelta(hours=_ZONES[named.group(1)]))
        text = text[: named.start()]
    for layout in _MOMENTS:
        try:
            return datetime.strptime(text.strip(), layout).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None


def _from_epoch(seconds: float) -> datetime | None:
    seconds = seconds / 1000 if seconds >= 1e11 else seconds  # as seconds that would be the year 5138
    return datetime.fromtimestamp(seconds, UTC) if 6e8 <= seconds < 4.1e9 else None


def address(value: Any) -> str:
    """Return an address of the web without secrets in it; empty where it is none."""
    if not isinstance(value, str):
        return ""
    text = "".join(letter for letter in value.strip() if letter.isprintable() and not letter.isspace())
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]  # a name and password before the host are nobody's business
    return urlunsplit((parts.scheme.lower(), host, parts.path, _without_secrets(parts.query), parts.fragment))


def _without_secrets(query: str) -> str:
    if not _SECRET.search(query):
        return query
    kept = [
        (name, each) for name, each in parse_qsl(query, keep_blank_values=True) if not _SECRET.search(name)
    ]
    return urlencode(kept)


def without_secrets(value: Any) -> Any:
    """Return a value of JSON with the secrets in its addresses removed, texts cut, and nothing nested deeply."""
    return _kept(value, 0)


def _kept(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        text = value.replace("\0", "")[:2_000]
        return _ADDRESS.sub(lambda found: address(found.group()), text) if _SECRET.search(text) else text
    if isinstance(value, Mapping):
        return {
            str(name)[:100]: _kept(each, depth + 1) for name, each in list(value.items())[:200] if depth < 6
        }
    if isinstance(value, list | tuple):
        return [_kept(each, depth + 1) for each in value[:200] if depth < 6]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
