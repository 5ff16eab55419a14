"""Asking integrations: a command's request, a button's press. Only addresses that a coordinator gave, and never our own network."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from common.errors import Problem
from common.http import Bounds, HttpClient, OutgoingFailed, Rules, World
from common.i18n import gettext as _

TIMEOUT = 10.0  # seconds; who needs longer answers at once, and again by the response_url
MOST_BODY = 200_000  # bytes of an answer


class IntegrationFailed(Problem):
    """An integration did not answer, or not with something that can be used."""

    status = 502


class Integrations:
    """The way to integrations: one client. `private`: hosts of our own network that an administrator has named."""

    def __init__(
        self, contact: str, private: frozenset[str] = frozenset(), *, world: World | None = None
    ) -> None:
        """Prepare; nothing is opened yet. `contact`: an address at which a site's keeper finds who asks."""
        self._client = HttpClient(
            f"disinfo-toolkit/1 (+{contact})",
            rules=Rules(allow_private=private),
            bounds=Bounds(total=TIMEOUT, attempts=1, body=MOST_BODY),
            world=world,
        )

    def ask(self, url: str, form: Mapping[str, str]) -> Any:
        """Send a command as a form and return the JSON that came back; None for an empty answer. Raises IntegrationFailed."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return self._post(url, urlencode(form).encode(), headers)

    def press(self, url: str, body: Mapping[str, Any]) -> Any:
        """Send a button's press as JSON and return the JSON that came back; None for an empty answer. Raises IntegrationFailed."""
        return self._post(url, None, {"Accept": "application/json"}, json=dict(body))

    def close(self) -> None:
        """End all calls and connections."""
        self._client.close()

    def _post(self, url: str, content: bytes | None, headers: Mapping[str, str], *, json: Any = None) -> Any:
        try:
            if content is None:
                response = self._client.request("POST", url, headers=headers, json=json)
            else:
                response = self._client.request("POST", url, headers=headers, content=content)
            response.checked()
            return response.json() if response.body.strip() else None
        except OutgoingFailed as error:
            raise IntegrationFailed(error.message) from error
        except Problem as error:
            raise IntegrationFailed(
                _("Its address cannot be used: %(reason)s") % {"reason": error.message}
            ) from error
