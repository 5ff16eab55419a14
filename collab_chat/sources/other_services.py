"""Notices by other services, through Apprise. It opens addresses by itself, so only kinds that the operator allowed come here."""

from common.errors import Unavailable
from common.i18n import gettext as _


def send_by_service(address: str, title: str, body: str) -> None:
    """Hand a notice to the service that an Apprise address names.

    Raises:
        Unavailable: the address is none that Apprise knows, or the service did not take it.
    """
    import apprise  # noqa: PLC0415 - it loads a hundred services: 400 ms, and few deployments use it

    sender = apprise.Apprise()
    if not sender.add(address):
        raise Unavailable(_("This is no address that Apprise knows."))
    if not sender.notify(body=body, title=title):
        raise Unavailable(_("The service did not take it."))
