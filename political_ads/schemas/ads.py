"""An ad as a platform's library published it, whatever the platform: what every reader in `sources/` yields."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from political_ads.schemas.shape import Shape

LONGEST_TEXT = 20_000  # characters of an ad's text; a longer one is cut, and the report says so


class Share(Shape):
    """A part of an ad's audience: `share` is 0 to 1 of the impressions (or of the reach, where `people` is known)."""

    region: str = ""
    age: str = ""  # as the platform writes it: 18-24, 65+
    gender: str = ""  # female, male, unknown, or as the platform writes it
    country: str = ""  # ISO 3166-1 alpha-2
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    people: Annotated[int, Field(ge=0)] | None = None


class AdRecord(Shape):
    """One ad. Unknown is None or empty, never zero. Money in the currency's main unit; times in UTC."""

    source: Annotated[
        str, Field(max_length=30)
    ]  # the reader: meta_api, propublica, google, snap, ira_2018, table …
    platform: Annotated[str, Field(max_length=30)]  # facebook, instagram, google, snapchat, other
    external_id: Annotated[
        str, Field(min_length=1, max_length=200)
    ]  # unique in the source; a text's hash where it has none
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""  # plain text, links included, never HTML
    title: Annotated[str, Field(max_length=2_000)] = ""
    description: Annotated[str, Field(max_length=5_000)] = ""
    call_to_action: Annotated[str, Field(max_length=200)] = ""
    link_caption: Annotated[str, Field(max_length=500)] = ""  # the domain shown under the ad
    landing_url: Annotated[str, Field(max_length=2_000)] = ""
    library_url: Annotated[str, Field(max_length=2_000)] = (
        ""  # where the platform shows it; access tokens removed
    )
    image_url: Annotated[str, Field(max_length=2_000)] = ""  # never loaded by a reader's browser
    page_id: Annotated[str, Field(max_length=100)] = ""
    page_name: Annotated[str, Field(max_length=300)] = ""
    paid_for_by: Annotated[str, Field(max_length=500)] = ""  # the disclaimer (bylines)
    declared_political: bool | None = None  # by the advertiser or the platform
    language: Annotated[str, Field(max_length=10)] = ""  # ISO 639-1, stated or found; empty: unknown
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2, where it was shown
    currency: Annotated[str, Field(max_length=3)] = ""
    spend_low: Annotated[float, Field(ge=0)] | None = None
    spend_high: Annotated[float, Field(ge=0)] | None = None
    impressions_low: Annotated[int, Field(ge=0)] | None = None
    impressions_high: Annotated[int, Field(ge=0)] | None = None
    reach: Annotated[int, Field(ge=0)] | None = None  # accounts reached (EU transparency fields)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    created_at: datetime | None = None
    demographics: tuple[Share, ...] = ()
    regions: tuple[Share, ...] = ()
    targeting: dict[str, Any] = Field(
        default_factory=dict
    )  # stated targets: plain words → text, number or list of these
    extra: dict[str, Any] = Field(default_factory=dict)  # other fields of the source, kept as given
    weak_label: Annotated[str, Field(max_length=200)] = (
        ""  # a label that came with it; never shown to volunteers
    )


class AdvertiserTotal(Shape):
    """What a platform's report says of one advertiser: a sum over its ads."""

    source: Annotated[str, Field(max_length=30)]
    external_id: Annotated[str, Field(min_length=1, max_length=300)]  # unique in the source
    name: Annotated[str, Field(max_length=300)]
    page_id: Annotated[str, Field(max_length=100)] = ""
    paid_for_by: Annotated[str, Field(max_length=500)] = ""
    without_disclaimer: bool = False  # ran as if it were not political, until the platform found it
    country: Annotated[str, Field(max_length=2)] = ""
    currency: Annotated[str, Field(max_length=3)] = ""
    spend_low: Annotated[float, Field(ge=0)] | None = None
    spend_high: Annotated[float, Field(ge=0)] | None = None
    ads: Annotated[int, Field(ge=0)] | None = None
    period: Annotated[str, Field(max_length=40)] = ""  # as the file says: 2024-07, lifetime
    extra: dict[str, Any] = Field(default_factory=dict)


class Refusal(Shape):
    """A row that was not taken, and why, in words for the person who gave the file."""

    line: int  # of the file, from 1; of a JSON list: the element's number
    reason: Annotated[str, Field(max_length=500)]
    excerpt: Annotated[str, Field(max_length=200)] = ""
