"""Notices by the browser: web push (RFC 8030), encrypted for that browser (RFC 8291), signed with this deployment's key (RFC 8292).

The push service is named by the browser, so its address is opened through the guarded client like any other.
"""

import base64
import os
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from common.errors import Unavailable
from common.http import Bounds, HttpClient, Rules, World
from common.i18n import gettext as _

KEY_FILE = "vapid_key.pem"  # in the data folder, made once
BOUNDS = Bounds(connect=5.0, read=10.0, total=20.0, attempts=1, body=10_000)
LIVES = 24 * 3_600  # seconds for which the push service keeps a notice
CLAIM = 12 * 3_600  # seconds for which a signature holds; 24 h at most by RFC 8292
GONE = frozenset({404, 410})


class BrowserGone(Unavailable):
    """The browser no longer wants to be told."""


def public_key(data_dir: Path) -> str:
    """Return this deployment's public key as browsers take it: 65 bytes in base64url, without padding."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - 60 ms, and few processes push
        Encoding,
        PublicFormat,
    )

    key = _vapid(data_dir).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def send_push(
    data_dir: Path,
    endpoint: str,
    keys: Mapping[str, str],
    payload: bytes,
    *,
    contact: str,
    rules: Rules | None = None,
    world: World | None = None,
) -> None:
    """Hand an encrypted notice to a browser's push service. `contact`: mailto: or https: address of the operator.

    Raises:
        BrowserGone: the browser is no more. Unavailable: the service cannot be reached, or refuses.
    """
    from pywebpush import (  # type: ignore[import-untyped]  # noqa: PLC0415 - 300 ms, and few processes push
        WebPusher,
        WebPushException,
    )

    parts = urlsplit(endpoint)
    try:
        encrypted = WebPusher({"endpoint": endpoint, "keys": dict(keys)}).encode(payload)["body"]
        claims = {"sub": contact, "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + CLAIM}
        signed = _vapid(data_dir).sign(claims)
    except (ValueError, WebPushException) as error:
        raise BrowserGone(_("This browser’s keys cannot be used.")) from error
    headers = {
        **signed,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIVES),
    }
    with HttpClient("disinfo-toolkit/1 (notices)", rules=rules, bounds=BOUNDS, world=world) as client:
        answer = client.request("POST", endpoint, content=encrypted, headers=headers)
    if answer.status in GONE:
        raise BrowserGone(_("This browser no longer takes notices."))
    if answer.status >= 300:
        raise Unavailable(_("The push service answered with %(status)s.") % {"status": answer.status})


def _vapid(data_dir: Path):  # type: ignore[no-untyped-def]  # py_vapid has no types
    """Return this deployment's key, made where there is none yet; of two processes one makes it."""
    from py_vapid import Vapid02  # type: ignore[import-untyped]  # noqa: PLC0415 - 60 ms, and few processes push

    place = data_dir / KEY_FILE
    if not place.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = Vapid02()
        made.generate_keys()
        part = place.with_suffix(f".{os.getpid()}.part")
        part.touch(mode=0o600)
        part.write_bytes(made.private_pem())
        try:
            os.link(part, place)  # fails where another process was first: its key counts
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return Vapid02.from_file(str(place))
