"""What other tools say, as cards for messages: with interval and caveats, never as a verdict of ours."""

from collab_chat.schemas.events import Card
from common.i18n import gettext as _
from common.peers import PeerCreative, PeerEntry, PeerScoreWords
from common.web.formats import Formats

_formats = Formats()
EXCERPT = 280  # characters


def score_card(score: PeerScoreWords) -> Card:
    """Return an account's score: likelihood with its interval, the three weightiest reasons, what limits it."""
    name = f"@{score.handle.lstrip('@')}" if score.handle else score.account_id
    lines = [score.sentence, *score.reasons]
    if score.caveats:
        lines.append(_("What limits this: %(caveats)s") % {"caveats": " ".join(score.caveats)})
    facts = {_("Automation"): score.verdict_words}
    if score.probability is not None and score.low is not None and score.high is not None:
        facts[_("Likelihood")] = _("%(value)s (between %(low)s and %(high)s)") % {
            "value": _percent(score.probability), "low": _percent(score.low), "high": _percent(score.high),
        }  # fmt: skip
        facts[_("Assumed share of automated accounts")] = _percent(score.prevalence)
    observed = score.observed_at
    facts[_("Observed")] = _formats.date(observed.date()) if observed else _("not known")
    facts[_("Scored")] = _formats.date(score.scored_at.date())
    return Card(
        url=f"/bots/scores/{score.id}",
        tool="bot_detector",
        title=f"{name} · {score.platform}"[:300],
        text="\n".join(lines)[:4_000],
        facts=facts,
    )


def creative_card(creative: PeerCreative) -> Card:
    """Return a creative with its published labels, each with its confidence."""
    facts = {_("Ads with this text"): _formats.number(creative.ads)}
    for one in creative.labels:
        for question, label in one.questions.items():
            if label.label:
                words = label.label.replace("_", " ")
                sure = f" ({_percent(label.confidence)})" if label.confidence is not None else ""
                note = f" · {_('contested')}" if one.contested or one.disputed else ""
                facts[f"{one.campaign}: {question}"[:60]] = f"{words}{sure}{note}"[:300]
    return Card(
        url=f"/ads/library/{creative.id}",
        tool="political_ads",
        title=(creative.title or creative.page_name or _("An ad"))[:300],
        text=_excerpt(creative.text),
        facts=facts,
    )


def entry_card(entry: PeerEntry) -> Card:
    """Return an entry of the encyclopedia."""
    return Card(
        url=entry.path,
        tool="encyclopedia",
        title=entry.title[:300],
        text=_excerpt(entry.lead),
    )


def _percent(share: float) -> str:
    return _formats.percent(share)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"
