"""The coordinators' page of a campaign's webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from political_ads.models import Campaign
from political_ads.models.webhooks import Delivery, Webhook
from political_ads.schemas import in_language
from political_ads.views.manage import campaign_tabs

STATES = {
    "active": (N_("told"), "ok"),
    "off": (N_("not told"), "quiet"),
    "failing": (N_("turned off: it failed again and again"), "warn"),
}
SENT = {"waiting": N_("waits"), "sent": N_("taken"), "given_up": N_("given up")}
_formats = Formats()


@dataclass(frozen=True)
class DeliveryLine:
    """A message."""

    event: str
    when: str
    state: str
    tries: str
    answer: str


@dataclass(frozen=True)
class WebhookLine:
    """An address."""

    id: str
    url: str
    state: str
    tone: str
    on: bool
    waiting: str
    messages: tuple[DeliveryLine, ...]


@dataclass(frozen=True)
class WebhooksPage:
    """The page; `secret` is shown once, right after an address was added."""

    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    form: Form
    secret: str
    lines: tuple[WebhookLine, ...]


def webhooks_page(
    request: Request,
    campaign: Campaign,
    found: Sequence[tuple[Webhook, int, Sequence[Delivery]]],
    form: Form,
    *,
    secret: str = "",
) -> WebhooksPage:
    """Put the page together; each address with how many messages wait, and its newest messages."""
    return WebhooksPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        tabs=campaign_tabs(request, campaign, "ads_webhooks"),
        form=form,
        secret=secret,
        lines=tuple(_line(webhook, waiting, messages) for webhook, waiting, messages in found),
    )


def _line(webhook: Webhook, waiting: int, messages: Sequence[Delivery]) -> WebhookLine:
    words, tone = STATES.get(webhook.state, (webhook.state, "quiet"))
    return WebhookLine(
        id=str(webhook.id),
        url=webhook.url,
        state=_(words),
        tone=tone,
        on=webhook.state == "active",
        waiting=ngettext("%(count)s message waits", "%(count)s messages wait", waiting)
        % {"count": _formats.number(waiting)},
        messages=tuple(
            DeliveryLine(
                one.event,
                _formats.datetime(one.at),
                _(SENT.get(one.state, one.state)),
                _formats.number(one.tries),
                _(one.answer) if one.answer else "",  # kept in English: a job has no reader
            )
            for one in messages
        ),
    )
