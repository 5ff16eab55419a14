"""A draft of ClaimReview (https://schema.org/ClaimReview) for a fact-check that people will publish.

What only people can say stands in brackets: the claim in one sentence, who made it, where the article will be. Software proposes.
"""

import json
from typing import Any

from collab_chat.core.outputs.case_file import CaseFile
from collab_chat.schemas.cases import Verdict
from common.errors import Conflict
from common.i18n import gettext as _

# 1 (worst) to 5 (best), and nothing where no number says it.
RATINGS: dict[Verdict, int | None] = {
    Verdict.DISINFORMATION: 1,
    Verdict.MISINFORMATION: 1,
    Verdict.SATIRE_OR_OPINION: None,
    Verdict.AUTHENTIC: 5,
    Verdict.INCONCLUSIVE: None,
}


def write_claim_review(case: CaseFile) -> bytes:
    """Return the draft as JSON-LD. Raises Conflict: the case was not qualified."""
    decided = case.decided
    if decided is None or decided.verdict is None or decided.decided_at is None:
        raise Conflict(_("First the case is qualified: a fact-check needs a verdict."))
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": decided.verdict_name}
    value = RATINGS[Verdict(decided.verdict)]
    if value is not None:
        rating |= {"ratingValue": value, "bestRating": 5, "worstRating": 1}
    claim: dict[str, Any] = {"@type": "Claim", "name": case.title, "appearance": [{"@type": "CreativeWork", "url": one} for one in case.addresses]}  # fmt: skip
    made = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "name": f"{_('EXERCISE')}: {case.title}" if case.exercise else case.title,
        "url": _("[Address of the published article]"),
        "datePublished": decided.decided_at.date().isoformat(),
        "inLanguage": case.language,
        "claimReviewed": _("[The claim, in one sentence: %(title)s]") % {"title": case.title},
        "author": [
            {"@type": "Organization", "name": one.name} for one in case.organisations if one.id is not None
        ],
        "reviewRating": rating,
        "itemReviewed": claim,
        "conditionsOfAccess": case.marking.label,
        "creativeWorkStatus": "Draft",
    }
    return json.dumps(made, ensure_ascii=False, indent=2).encode()
