"""Names of pages that are still being written; whoever writes one deletes its line."""

from fastapi import APIRouter, Response

router = APIRouter()
PENDING = {
    "encyclopedia_imports": "/imports",
    "encyclopedia_vocabularies": "/vocabularies",
}


def _pending() -> Response:
    return Response("This page is being written.", 503)


for _name, _path in PENDING.items():
    router.add_api_route(_path, _pending, name=_name)
