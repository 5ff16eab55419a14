"""Names of pages that are not built yet, so that links to them can be made; goes away with the last of them."""

from fastapi import APIRouter, Response

router = APIRouter()
ROUTES = {
    "ads_methodology": "/methodology",
}


def _nothing() -> Response:
    return Response(status_code=404)


for _name, _path in ROUTES.items():
    router.add_api_route(_path, _nothing, name=_name)
