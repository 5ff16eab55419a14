"""Meta's Ad Library API (`ads_archive`), asked page by page.

Source: Meta for Developers, "Ad Library API" and "Graph API: handling errors" (codes 1, 2, 4, 10, 17, 100, 190, 613).
The token travels in a header, never in an address. A search is a walk by cursor: whoever keeps the cursor of the last page
that was stored can go on after it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from common.errors import Forbidden, Invalid, TooMany, Unavailable
from common.http import Bounds, HttpClient, OutgoingFailed, Response, Rules
from common.i18n import gettext as _
from political_ads.sources.readers import Part
from political_ads.sources.readers.meta_ads import FORMAT
from political_ads.sources.readers.read import Making
from political_ads.sources.readers.shapes import Origin, Row

GRAPH = "https://graph.facebook.com"
MOST_PER_PAGE = 500
LEAST_PER_PAGE = 1
ATTEMPTS = 6  # for errors that pass
FIRST_PAUSE = 2.0  # seconds; doubled each time
LONGEST_PAUSE = 15 * 60.0  # seconds that a run waits by itself; beyond it, it stops where it can go on
RATE_PAUSE = 60.0  # seconds, where the answer does not say how long
MOST_BODY = 50_000_000  # bytes of a page: 500 ads with breakdowns are some 10 MB

_COMMON_FIELDS = (
    "id", "ad_creation_time", "ad_creative_bodies", "ad_creative_link_captions", "ad_creative_link_descriptions",
    "ad_creative_link_titles", "ad_delivery_start_time", "ad_delivery_stop_time", "languages", "page_id", "page_name",
    "publisher_platforms", "target_ages", "target_gender", "target_locations",
)  # fmt: skip
_EU_FIELDS = (
    "age_country_gender_reach_breakdown",
    "beneficiary_payers",
    "eu_total_reach",
    "total_reach_by_location",
)
_POLITICAL_FIELDS = (
    "bylines", "currency", "delivery_by_region", "demographic_distribution", "estimated_audience_size", "impressions", "spend",
)  # fmt: skip
_BRAZIL_FIELDS = ("br_total_reach",)
POLITICAL = "POLITICAL_AND_ISSUE_ADS"
AD_TYPES = ("ALL", POLITICAL, "EMPLOYMENT_ADS", "HOUSING_ADS", "FINANCIAL_PRODUCTS_AND_SERVICES_ADS")

TEMPORARY, BUSY = 1, 2
RATE_LIMITS = frozenset({4, 17, 32, 613})
NOT_ALLOWED, WRONG_PARAMETER, BAD_TOKEN = 10, 100, 190


@dataclass(frozen=True)
class Search:
    """What is asked of the library: words or pages, in countries (ISO 3166-1 alpha-2), delivered between two days."""

    countries: tuple[str, ...]
    terms: str = ""
    pages: tuple[str, ...] = ()
    ad_type: str = "ALL"
    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()
    exact: bool = False  # the words as one phrase, not each somewhere

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the request. Raises `Invalid` where something that Meta asks for is missing."""
        errors: dict[str, str] = {}
        if not self.countries:
            errors["countries"] = _("Say at least one country, such as FR.")
        if not self.terms and not self.pages:
            errors["terms"] = _("Say words to search for, or pages.")
        if len(self.pages) > 10:
            errors["pages"] = _("Meta takes at most 10 pages at once.")
        if self.ad_type not in AD_TYPES:
            errors["ad_type"] = _("The kind of ads is one of: %(known)s.") % {"known": ", ".join(AD_TYPES)}
        if errors:
            raise Invalid(_("This search cannot be sent."), fields=errors)
        given = {
            "ad_reached_countries": orjson.dumps(self.countries).decode(),
            "ad_type": self.ad_type,
            "ad_active_status": "ALL",
            "search_terms": self.terms,
            "search_type": "KEYWORD_EXACT_PHRASE"
            if self.exact
            else ("KEYWORD_UNORDERED" if self.terms else ""),
            "search_page_ids": ",".join(self.pages),
            "ad_delivery_date_min": self.since.isoformat() if self.since else "",
            "ad_delivery_date_max": self.until.isoformat() if self.until else "",
            "languages": orjson.dumps(self.languages).decode() if self.languages else "",
            "fields": ",".join(self.fields()),
        }
        return {name: value for name, value in given.items() if value}

    def fields(self) -> tuple[str, ...]:
        """Return the fields to ask for: money and demography are given for political ads only."""
        political = _POLITICAL_FIELDS if self.ad_type == POLITICAL else ()
        brazil = _BRAZIL_FIELDS if "BR" in self.countries else ()
        return (*_COMMON_FIELDS, *_EU_FIELDS, *political, *brazil)

    @property
    def name(self) -> str:
        """The search in a few words, for the list of imports."""
        return f"Meta {'/'.join(self.countries)}: {self.terms or ', '.join(self.pages)}"[:200]


@dataclass(frozen=True)
class Page:
    """One page of results, and the cursor behind it; an empty one at the end."""

    records: list[dict[str, Any]]
    cursor: str


@dataclass
class MetaLibrary:
    """The library, with one token. `size` is how many ads are asked for at once; it shrinks where Meta asks for less."""

    http: HttpClient
    token: str
    version: str = "v22.0"
    base: str = GRAPH
    size: int = MOST_PER_PAGE
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = field(
        default=lambda _words: None
    )  # what a person should know while it waits

    def pages(self, search: Search, *, cursor: str = "") -> Iterator[Page]:
        """Yield the pages of a search after `cursor`.

        Raises:
            Invalid: Meta does not understand the search.
            Forbidden: the token is not valid, or may not do this.
            TooMany: the limit of requests is used up for long; go on later with the last page's cursor.
            Unavailable: Meta does not answer as it should.
        """
        parameters = search.parameters()
        while True:
            answer = self._asked(parameters | ({"after": cursor} if cursor else {}))
            records = [each for each in answer.get("data", []) if isinstance(each, dict)]
            paging = answer.get("paging")
            cursors = paging.get("cursors") if isinstance(paging, Mapping) else None
            after = str(cursors.get("after") or "") if isinstance(cursors, Mapping) else ""
            more = isinstance(paging, Mapping) and bool(paging.get("next")) and after not in ("", cursor)
            cursor = after if more else ""
            yield Page(records, cursor)
            if not more:
                return

    def parts(self, search: Search, *, cursor: str = "") -> Iterator[tuple[Part, str]]:
        """Yield a search's pages as parts of ads (their ids are their lines' numbers in all), each with its cursor."""
        making = Making(FORMAT, Origin(search.name, constants={"countries": ",".join(search.countries)}))
        done = 0
        for page in self.pages(search, cursor=cursor):
            rows = [Row(done + number, each) for number, each in enumerate(page.records, 1)]
            done += len(rows)
            yield making.part_of(rows, done=done, total=0), page.cursor

    def _asked(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return an answer without error, after as many attempts as make sense."""
        pause = FIRST_PAUSE
        for attempt in range(ATTEMPTS):
            response = self._sent(parameters)
            answer = _object(response)
            error = answer.get("error")
            if response.ok and not isinstance(error, Mapping):
                return answer
            told = error if isinstance(error, Mapping) else {}
            code = told.get("code")
            if _wants_less(told) and self.size > LEAST_PER_PAGE:
                self.size = max(self.size // 2, LEAST_PER_PAGE)
                self.tell(_("Meta asks for less at once: now %(size)d ads a page.") % {"size": self.size})
                continue_at = 0.0
            elif code in RATE_LIMITS:
                continue_at = self._rate_pause(response, attempt)
            elif code in (TEMPORARY, BUSY) or told.get("is_transient") or response.status >= 500:
                continue_at, pause = pause, pause * 2
            else:
                raise _refusal(code, told)
            if continue_at and attempt < ATTEMPTS - 1:
                self.tell(_("Waiting %(seconds)d seconds, as Meta asks.") % {"seconds": round(continue_at)})
                self.sleep(continue_at)
        raise Unavailable(
            _("Meta's library does not answer as it should. What is stored stays; go on later.")
        )

    def _sent(self, parameters: Mapping[str, str]) -> Response:
        try:
            return self.http.request(
                "GET",
                f"{self.base}/{self.version}/ads_archive",
                params={**parameters, "limit": self.size},
                headers={"Authorization": f"Bearer {self.token}"},
                max_body=MOST_BODY,
            )
        except OutgoingFailed as error:
            raise Unavailable(error.message) from error

    def _rate_pause(self, response: Response, attempt: int) -> float:
        """Return the seconds to wait. Raises `TooMany` where that is longer than a run waits by itself."""
        asked = _regained(response.headers) or RATE_PAUSE * 2**attempt
        if asked > LONGEST_PAUSE:
            told = _(
                "Meta's limit of requests is used up for %(minutes)d minutes. What is stored stays; go on then."
            )
            raise TooMany(told % {"minutes": round(asked / 60)}, retry_after=asked)
        return asked


def open_client(agent: str, *, allow_private: frozenset[str] = frozenset()) -> HttpClient:
    """Return a client for the library: one request a second, as its limits (200 an hour for a person) suggest no hurry."""
    return HttpClient(
        agent, rules=Rules(allow_private=allow_private), bounds=Bounds(rate=1.0, total=120.0, read=60.0)
    )


def _object(response: Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except OutgoingFailed:
        return {}
    return answer if isinstance(answer, dict) else {}


def _wants_less(error: Mapping[str, Any]) -> bool:
    return (
        error.get("code") == TEMPORARY
        and "reduce the amount of data" in str(error.get("message", "")).lower()
    )


def _regained(headers: Mapping[str, str]) -> float:
    """Return the seconds until requests are taken again, as Meta's headers say; 0 where they do not.

    `X-Business-Use-Case-Usage` and `X-App-Usage` hold `estimated_time_to_regain_access` in minutes.
    """
    if headers.get("Retry-After", "").isdigit():
        return float(headers["Retry-After"])
    for name in ("X-Business-Use-Case-Usage", "X-App-Usage", "X-Ad-Account-Usage"):
        try:
            used = orjson.loads(headers.get(name, "{}"))
        except ValueError:
            continue
        if minutes := _longest(used):
            return minutes * 60.0
    return 0.0


def _longest(value: Any) -> float:
    """Return the longest time to regain access that an answer's header names, however it nests it."""
    if isinstance(value, Mapping):
        own = value.get("estimated_time_to_regain_access")
        return max([float(own) if isinstance(own, int | float) else 0.0, *map(_longest, value.values())])
    return max(map(_longest, value), default=0.0) if isinstance(value, list) else 0.0


def _refusal(code: Any, error: Mapping[str, Any]) -> Invalid | Forbidden | Unavailable:
    said = str(error.get("error_user_msg") or error.get("message") or "")[:300]
    if code == BAD_TOKEN:
        return Forbidden(
            _(
                "Meta does not take the access token: it is wrong or has expired. Make a new one, and set it anew."
            )
        )
    if code == NOT_ALLOWED or (isinstance(code, int) and 200 <= code < 300):
        return Forbidden(
            _("The token's owner may not use the Ad Library API yet: Meta asks for a confirmed identity (facebook.com/ID). It says: %(said)s") % {"said": said}
        )  # fmt: skip
    if code == WRONG_PARAMETER:
        return Invalid(_("Meta does not understand this search: %(said)s") % {"said": said})
    return Unavailable(
        _("Meta answered with an error that is not known here (%(code)s): %(said)s")
        % {"code": code, "said": said}
    )
