"""What can go wrong on the way to another site."""

from common.errors import Problem
from common.i18n import N_


class OutgoingRefused(Problem):
    """The toolkit does not go to this address: the reader gave it, or another site sent us there."""

    status = 422
    title = N_("This address cannot be opened")


class OutgoingFailed(Problem):
    """The other site did not answer, or not with something that can be used."""

    status = 502
    title = N_("Another site did not answer as expected")
