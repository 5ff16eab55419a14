"""Pictures of ads: given by reviewers, shown to whoever may read."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import FormData, UploadFile

from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import App
from political_ads.actions.pictures import drop_picture, store_picture
from political_ads.core.pictures import LARGEST_FILE, MEDIA_TYPE, Picture, prepare
from political_ads.pages import creative
from political_ads.pages.posted import Given, values_of
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.service.pictures import drop_unused, pictures_of

router = APIRouter()
# A picture's address names its content, so that it never changes; `private`, since a deployment may be closed to strangers.
FOR_EVER = "private, max-age=31536000, immutable"
SANDBOX = "sandbox; default-src 'none'"  # were a browser to show it as a page, nothing in it would run


@router.get("/pictures/{file}", name="ads_picture")
def give(app: App, viewer: Viewer, file: str) -> Response:
    """Give a stored picture."""
    PERMISSIONS.require(viewer, Permission.READ)
    place = pictures_of(app).path(file)
    if place is None:
        raise NotFound(_("There is no such picture."))
    headers = {
        "Cache-Control": FOR_EVER,
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{file}"',
    }
    return FileResponse(place, media_type=MEDIA_TYPE, headers=headers)


@router.post("/library/ads/{ad_id:int}/picture", name="ads_store_picture")
def store(request: Request, app: App, viewer: Viewer, ad_id: int, posted: Given) -> Response:
    """Store an ad's picture; what cannot be used is said on the creative's page, and nothing of it is kept."""
    PERMISSIONS.require(viewer, Permission.PICTURE)
    values = values_of(posted)
    try:
        picture = _picture_in(posted)
        with app.database.write() as session:
            alt = values.get("picture_alt", "")
            stored = store_picture(session, viewer, pictures_of(app), ad_id, picture, alt, at=app.clock())
    except Invalid as problem:
        return creative.shown_again(request, app, viewer, ad_id, values, problem)
    drop_unused(app, stored.replaced)
    told = _("The picture is stored, and shown wherever the ad is.")
    return back_to(request, app, "ads_creative", told, creative_id=stored.creative_id)


@router.post("/library/ads/{ad_id:int}/picture/remove", name="ads_drop_picture")
def drop(request: Request, app: App, viewer: Viewer, ad_id: int) -> Response:
    """Take an ad's picture away."""
    with app.database.write() as session:
        stored = drop_picture(session, viewer, ad_id, at=app.clock())
    drop_unused(app, stored.replaced)
    return back_to(
        request, app, "ads_creative", _("The picture was removed."), creative_id=stored.creative_id
    )


def _picture_in(posted: FormData) -> Picture | None:
    """Return the picture of a form; None where no file was chosen. It is decoded before any transaction: that takes a while."""
    given = posted.get("picture")
    if not isinstance(given, UploadFile) or not given.filename:
        return None
    return prepare(given.file.read(LARGEST_FILE + 1))
