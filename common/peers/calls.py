"""One call from tool to tool: address, statement, answer or a sentence that says what failed."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from common.errors import Invalid, NotFound, Problem, Unavailable
from common.http import Bounds, HttpClient, OutgoingFailed, Rules
from common.http.bounds import World
from common.http.in_process import in_process
from common.i18n import current_locale
from common.i18n import gettext as _
from common.peers.statements import Statement, sign_statement

BOUNDS = Bounds(total=20.0, attempts=2, rate=1_000.0)
HERE = "http://in-process"


class Caller:
    """Calls the tools' interfaces. `addresses` maps a tool to its own address, where it does not run in `app`."""

    def __init__(self, app: Callable[..., Any], secret: str, addresses: Mapping[str, str]) -> None:
        self._secret = secret
        self._addresses = dict(addresses)
        hosts = frozenset(
            address.split("//", 1)[-1].split("/")[0].split(":")[0] for address in addresses.values()
        )
        here = World(transport=in_process(app))
        self._here = HttpClient(
            "disinfo-toolkit", rules=Rules(allow_private=frozenset({"in-process"})), bounds=BOUNDS, world=here
        )
        self._away = HttpClient("disinfo-toolkit", rules=Rules(allow_private=hosts), bounds=BOUNDS)

    def call(self, tool: str, method: str, path: str, *, for_person: uuid.UUID, json: Any = None) -> Any:
        """Ask a tool for somebody and return its JSON answer.

        Raises:
            Problem: with the sentence that the tool gave. Unavailable: it does not answer.
        """
        credential = sign_statement(self._secret, Statement(tool, for_person))
        headers = {
            "Authorization": f"Peer {credential}",
            "Accept": "application/json",
            "Accept-Language": current_locale(),
        }
        away = self._addresses.get(tool)
        client = self._away if away else self._here
        try:
            answer = client.request(method, (away or HERE).rstrip("/") + path, headers=headers, json=json)
        except OutgoingFailed as error:
            raise Unavailable(_("That tool does not answer at the moment. Try again in a minute.")) from error
        if answer.ok:
            return answer.json()
        raise _as_problem(
            answer.status, answer.json() if "json" in answer.headers.get("content-type", "") else {}
        )

    def get(self, tool: str, path: str, *, for_person: uuid.UUID, **params: str | int) -> Any:
        """Ask a tool for somebody by GET; empty parameters are left out. Raises as `call` does."""
        query = urlencode({name: value for name, value in params.items() if value not in ("", None)})
        return self.call(tool, "GET", f"{path}?{query}" if query else path, for_person=for_person)

    def close(self) -> None:
        """End all calls."""
        self._here.close()
        self._away.close()


def _as_problem(status: int, body: Mapping[str, Any]) -> Problem:
    sentence = str(body.get("detail") or _("That tool could not answer this."))
    if status == NotFound.status:
        return NotFound(sentence)
    if status >= 500:
        return Unavailable(sentence)
    return Invalid(sentence)
