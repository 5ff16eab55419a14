"""What a model reads beside an ad's words, said in words."""

from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.core.classifier.fact_kinds import UNKNOWN
from political_ads.core.classifier.facts import parted
from political_ads.views.ad import PLATFORMS
from political_ads.views.library import language_name

_formats = Formats()
NAMES = {
    "platform": N_("Platform"),
    "language": N_("Language"),
    "sponsor": N_("Who paid"),
    "button": N_("Button"),
    "link": N_("Link"),
    "length": N_("Words in the text"),
    "spend": N_("Spent"),
    "impressions": N_("Impressions"),
    "days": N_("Days it ran"),
    "ages": N_("Ages"),
    "gender": N_("Gender"),
    "place": N_("Place"),
}
_CHOSEN = {"yes": N_("some were chosen"), "no": N_("everybody")}
_VALUES = {
    "sponsor": {
        "page": N_("the page itself"),
        "other": N_("somebody else than the page"),
        "named": N_("somebody is named"),
        UNKNOWN: N_("nobody is named"),
    },
    "button": {
        "donate": N_("donate"),
        "vote": N_("vote"),
        "petition": N_("sign a petition"),
        "buy": N_("buy or subscribe"),
        "book": N_("book"),
        "event": N_("come to an event"),
        "sign up": N_("sign up"),
        "contact": N_("write or call"),
        "visit": N_("find the way"),
        "app": N_("install an application"),
        "watch": N_("watch or listen"),
        "learn": N_("learn more"),
        UNKNOWN: N_("none stated"),
    },
    "link": {
        "platform": N_("to a platform"),
        "short address": N_("a shortened address"),
        "collects": N_("to a service that collects signatures, gifts or answers"),
        "state": N_("to a public authority"),
        "school": N_("to a school or university"),
        "org": N_("to an address in .org"),
        "com": N_("to an address in .com or the like"),
        "country": N_("to an address in a country’s domain"),
        UNKNOWN: N_("none stated"),
    },
    "days": {"open": N_("no end stated")},
    "ages": _CHOSEN,
    "gender": _CHOSEN,
    "place": _CHOSEN,
}
_BANDS = ("spend", "impressions")


def fact_words(statement: str) -> str:
    """Return a statement that a model reads ("button=donate") as people say it ("Button: donate")."""
    name, value = parted(statement)
    title = _(NAMES[name]) if name in NAMES else name
    return _("%(name)s: %(value)s") % {"name": title, "value": _value(name, value)}


def fact_name(name: str) -> str:
    """Return what a fact is called."""
    return _(NAMES[name]) if name in NAMES else name


def _value(name: str, value: str) -> str:
    known = _VALUES.get(name, {})
    if value in known:
        return _(known[value])
    if value == UNKNOWN:
        return _("not stated")
    if value == "other":
        return _("something else")
    if name == "platform":
        return PLATFORMS.get(value, value)
    if name == "language":
        return language_name(value)
    return _band(value) if name in (*_BANDS, "length", "days") else value


def _band(value: str) -> str:
    """A band of numbers: a power of ten, "2 to 7", "31 and more"."""
    if value == "0":
        return _formats.number(0)
    if value.startswith("1e"):
        return _("%(least)s and more") % {"least": _formats.number(10 ** int(value[2:]))}
    if value.endswith(" and more"):
        return _("%(least)s and more") % {"least": value.removesuffix(" and more")}
    low, _sign, high = value.partition(" to ")
    return _("%(low)s to %(high)s") % {"low": low, "high": high} if high else low
