"""JSON answers, written by orjson."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi.responses import Response


def json_response(
    body: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """Return a JSON answer; NaN and infinities become null, which JSON has no other word for."""
    return Response(
        orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), status, dict(headers or {}), media_type
    )
