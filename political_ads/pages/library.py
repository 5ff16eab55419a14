"""The library of ads."""

from dataclasses import fields, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from common.accounts.viewer import Viewer
from common.web.services import ReadSession
from common.web.templating import render
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.ads import Labelled, Sort, Wanted, WithLabel, choices, library, public_campaigns
from political_ads.queries.campaigns import questionnaire_of
from political_ads.schemas import Query as CreativeQuery
from political_ads.views.library import DECLARED, Asked, label_choices, library_page

router = APIRouter()
LONGEST = 200
MOST_CAMPAIGNS = 20  # whose labels can be looked for


def asked_in(request: Request) -> Asked:
    """Return the list's state as its address has it; what makes no sense is left out."""
    given = {
        field.name: request.query_params.get(field.name, "").replace("\0", "")[:LONGEST].strip()
        for field in fields(Asked)
    }
    asked = Asked(**given)
    return replace(
        asked,
        declared=asked.declared if asked.declared in DECLARED else "",
        labelled=asked.labelled if asked.labelled in set(Labelled) else "",
        sort=asked.sort if asked.sort in set(Sort) else Sort.NEWEST.value,
    )


def wanted_of(asked: Asked) -> Wanted:
    """Return what is looked for."""
    return Wanted(
        CreativeQuery(
            text=asked.q,
            languages=(asked.language,) if asked.language else (),
            countries=(asked.country,) if asked.country else (),
            sources=(asked.source,) if asked.source else (),
            advertiser=asked.advertiser,
            declared={"yes": True, "no": False}.get(asked.declared),
        ),
        Labelled(asked.labelled),
        _label_in(asked.label),
        Sort(asked.sort),
    )


AskedFor = Annotated[Asked, Depends(asked_in)]


@router.get("/library", name="ads_list")
def show(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    asked: AskedFor,
    number: Annotated[int, Query(ge=1, alias="page")] = 1,
) -> Response:
    """List creatives."""
    found = library(session, viewer, wanted_of(asked), number=number)
    campaigns = [
        (campaign, questionnaire_of(session, campaign.questionnaire_id))
        for campaign in public_campaigns(session, viewer)[:MOST_CAMPAIGNS]
    ]
    page = library_page(
        request,
        asked,
        found,
        choices(session, viewer),
        list(label_choices(campaigns)),
        may_import=PERMISSIONS.allows(viewer, Permission.IMPORT),
    )
    return render(request, "political_ads/library.html", page)


def _label_in(value: str) -> WithLabel | None:
    campaign, _colon, rest = value.partition(":")
    question, _colon, label = rest.partition(":")
    known = campaign.isascii() and campaign.isdigit() and len(campaign) < 10 and question and label
    return WithLabel(int(campaign), question, label) if known else None
