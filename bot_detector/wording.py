"""The words of a score: what a reason, a caveat, a verdict or a group says to a person, in the reader's language."""

import math

from babel.numbers import format_decimal

from bot_detector.core.features.feature import Feature
from bot_detector.core.features.registry import FEATURES
from bot_detector.schemas import Reason, Score, Verdict
from common.i18n import N_, current_locale
from common.i18n import gettext as _

_FEATURES: dict[str, Feature] = {feature.name: feature for feature in FEATURES}
_WHOLE_BELOW = 5  # powers of ten: from a hundred thousand on, three significant digits are shown

VERDICTS: dict[Verdict, str] = {
    Verdict.LIKELY_AUTOMATED: N_("likely automated"),
    Verdict.UNCLEAR: N_("unclear"),
    Verdict.LIKELY_HUMAN: N_("likely human"),
    Verdict.INSUFFICIENT_DATA: N_("insufficient data"),
}
VERDICT_MEANINGS: dict[Verdict, str] = {
    Verdict.LIKELY_AUTOMATED: N_(
        "The profile is unlike those of the reference humans. Look at the reasons before you draw a conclusion."
    ),
    Verdict.UNCLEAR: N_(
        "The profile fits humans and automated accounts alike. The score alone decides nothing."
    ),
    Verdict.LIKELY_HUMAN: N_("The profile is unlike those of the reference automated accounts."),
    Verdict.INSUFFICIENT_DATA: N_("Too little is known of this account for a score."),
}
GROUPS: dict[str, str] = {
    "audience": N_("Audience"),
    "activity": N_("Activity"),
    "age": N_("Age"),
    "handle": N_("Handle"),
    "name": N_("Name"),
    "description": N_("Description"),
    "automation": N_("Automation words"),
}
CAVEATS: dict[str, str] = {
    "absurd_counts": N_("A count was negative or impossibly large, and was left out."),
    "absurd_dates": N_(
        "The creation date is before the platform existed or after the observation, so the age was left out."
    ),
    "unknown_age": N_(
        "The age at the time of observation is not known, so nothing per day could be counted."
    ),
    "other_platform": N_(
        "The model learned from accounts on X only. On another platform its score is a hint at best."
    ),
    "out_of_distribution": N_(
        "This account is unlike those that the model learned from: the interval was widened, and the verdict needs more."
    ),
    "few_fields": N_("Fewer than four of the nine fields that the score reads are known."),
}


def verdict_words(verdict: Verdict) -> str:
    """Name a verdict, as in "likely automated"."""
    return _(VERDICTS[verdict])


def verdict_meaning(verdict: Verdict) -> str:
    """Say in a sentence what a verdict means."""
    return _(VERDICT_MEANINGS[verdict])


def group_words(group: str) -> str:
    """Name a group of features."""
    return _(GROUPS[group])


def caveat_sentence(code: str) -> str:
    """Say a caveat's code in a sentence."""
    return _(CAVEATS[code])


def caveat_sentences(score: Score) -> list[str]:
    """Say every caveat of a score, and an automation that the account declares itself."""
    sentences = [caveat_sentence(code) for code in score.caveats]
    if score.declared_automation:
        sentences.append(_("The account says itself that it is automated, or uses words for it."))
    return sentences


def feature_label(name: str) -> str:
    """Name a feature, as in a table's first column."""
    return _(_FEATURES[name].label)


def feature_meaning(name: str) -> str:
    """Say in a sentence what a feature measures."""
    return _(_FEATURES[name].meaning)


def feature_unit(name: str) -> str:
    """Name the unit of a feature's value."""
    return _(_FEATURES[name].unit)


def value_words(reason: Reason) -> str:
    """Write a reason's value as a person reads it: "3,970", "12%", "yes", or "not known"."""
    if reason.value is None:
        return _("not known")
    display = _FEATURES[reason.feature].display
    if display == "flag":
        return _("yes") if reason.value else _("no")
    if display == "share":
        return _with_sign(_number(reason.value))
    return _number(reason.value)


def reason_sentence(reason: Reason) -> str:
    """Say what was seen and how usual it is: "Has 12 followers; 93 % of reference humans have more." in manner."""
    feature = _FEATURES[reason.feature]
    if reason.value is None:
        return _("{label}: not known.").format(label=_(feature.label))
    seen = _(feature.phrase).format(value=value_words(reason))
    if feature.display == "flag" or reason.percentile is None:
        return _("{seen}.").format(seen=seen)
    return _("{seen}; {rank}.").format(seen=seen, rank=_rank(reason.percentile))


def reason_direction(reason: Reason) -> str:
    """Say which way a reason speaks."""
    if reason.contribution > 0:
        return _("speaks for automation")
    if reason.contribution < 0:
        return _("speaks against automation")
    return _("speaks neither way")


def score_sentence(score: Score) -> str:
    """Say the likelihood, the interval and the prevalence in one sentence."""
    if score.probability is None or score.low is None or score.high is None:
        return verdict_meaning(score.verdict)
    return _(
        "Likelihood of automation {probability} (between {low} and {high}) if {prevalence} of such accounts are automated."
    ).format(
        probability=_per_cent(score.probability),
        low=_per_cent(score.low),
        high=_per_cent(score.high),
        prevalence=_per_cent(score.prevalence),
    )


def _rank(percentile: float) -> str:
    """Place a value among the reference humans."""
    if percentile >= 50:
        return _("that is more than {share} of the reference humans").format(share=_whole(percentile))
    return _("that is less than {share} of the reference humans").format(share=_whole(100 - percentile))


def _whole(share: float) -> str:
    """A share in whole per cent that never claims all or none."""
    return _with_sign(str(min(max(round(share), 1), 99)))


def _per_cent(share: float) -> str:
    """A probability in per cent; "less than 1 %" and "more than 99 %" at the ends."""
    if share < 0.01:
        return _("less than {share}").format(share=_with_sign("1"))
    if share > 0.99:
        return _("more than {share}").format(share=_with_sign("99"))
    return _with_sign(_number(round(100 * share)))


def _with_sign(number: str) -> str:
    """A number with its percent sign, as the reader's language sets it."""
    return number + ("\u202f%" if current_locale() == "fr" else "%")


def _number(value: float) -> str:
    """A number without false precision, as the reader's language writes it: whole from 100 on, three digits below."""
    if not math.isfinite(value):
        return "0"
    size = math.floor(math.log10(abs(value))) if value else 0
    digits = 0 if 2 <= size < _WHOLE_BELOW else 2 - size
    return str(format_decimal(round(value, digits), format="#,##0.#########", locale=current_locale()))
