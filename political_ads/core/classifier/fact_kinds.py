"""What an ad's button asks for and where its link leads, as kinds from closed lists: never the words or the address themselves."""

import re
import unicodedata
from urllib.parse import urlsplit

UNKNOWN, OTHER = "unknown", "other"

# Beginnings of words on buttons, in English, French, Italian, Spanish, Dutch and German, as libraries write them (LEARN_MORE too). The
# first kind that fits is taken: "sign up to donate" asks for a donation.
BUTTONS = {
    "donate": r"donat|donner|faire un don|dona\b|donazion|donar|doneer|spend",
    "vote": r"vot|polling|registered|inscri.*liste",
    "petition": r"petition|firm|signe[rz]?\b|sign(?: (?:the|now|our|it).*)?$|ondertek|teken nu",
    "buy": r"shop|buy|order|achet|command|boutique|compra|acquist|koop|bestel|kauf|get offer|offre|subscribe|abonn",
    "book": r"book|reserv|réserv|prendre rendez|rendez-vous|ticket|billet|prenota|boek|buch",
    "event": r"event|going|interested|participe|particip|rsvp|join|rejoin|unirse|partecip|doe mee|save the date",
    "sign up": r"sign up|register|inscri|s.inscri|iscriv|registr|meld|anmeld|apply|postul|candidat",
    "contact": r"contact|call|appel|messag|whatsapp|écri|ecri|demand|devis|quote|chat|chiama|llamar|bel nu|send|write|answer|répond|repond|antwoord",
    "visit": r"direction|itinéraire|itineraire|route|find us|venez|visit us",
    "app": r"install|download|télécharg|telecharg|use app|play game|scaric|descarg",
    "watch": r"watch|listen|regard|écout|ecout|voir|guarda|mira|bekijk|video|vidéo",
    "learn": r"learn|savoir|read|lire|more|plus|mehr|meer|más|scopri|info|see|discover|découvr|brochure|details|open link|view",
}
_BUTTON = {kind: re.compile(rf"(?:\b|_)(?:{words})") for kind, words in BUTTONS.items()}

# Places that many unrelated advertisers link to; a link's own address is never looked at further than its ending.
_PLATFORMS = (
    "facebook.com fb.com fb.me instagram.com messenger.com m.me whatsapp.com wa.me youtube.com youtu.be tiktok.com "
    "twitter.com x.com t.me telegram.org linkedin.com snapchat.com google.com apple.com"
)
_SHORT = "bit.ly t.co tinyurl.com goo.gl ow.ly lnkd.in buff.ly linktr.ee is.gd cutt.ly rebrand.ly"
_COLLECTING = (
    "actblue.com winred.com anedot.com change.org avaaz.org gofundme.com helloasso.com leetchi.com mesopinions.com "
    "wemove.eu actionnetwork.org paypal.com donorbox.org openpetition.eu openpetition.de surveymonkey.com typeform.com "
    "forms.gle jotform.com eventbrite.com eventbrite.fr"
)
LISTED = {"platform": _PLATFORMS, "short address": _SHORT, "collects": _COLLECTING}
_DOMAINS = {domain: kind for kind, domains in LISTED.items() for domain in domains.split()}
_STATE = re.compile(r"(?:^|\.)(?:gov|gouv|gob|gub|mil|admin|overheid)(?:\.[a-z]{2})?$|(?:^|\.)europa\.eu$")
ENDINGS = {
    "org": "org",
    "ngo": "org",
    "edu": "school",
    "com": "com",
    "net": "com",
    "shop": "com",
    "store": "com",
}
_COUNTRY = 2  # letters of an ending that is a country's (or, as .eu and .me, as good as one)


def button_kind(words: str) -> str:
    """Return what a button asks for: one of a dozen kinds, `other`, or `unknown` where there are no words."""
    shown = unicodedata.normalize("NFKC", words).replace("_", " ").strip().lower()
    if not shown:
        return UNKNOWN
    return next((kind for kind, pattern in _BUTTON.items() if pattern.search(shown)), OTHER)


def link_kind(address: str) -> str:
    """Return where an address (or a bare domain) leads: platform, collects, state, org, com, country … `unknown` where there is none."""
    host = _host(address)
    if "." not in host:
        return UNKNOWN
    parts = host.split(".")
    listed = next((kind for n in range(len(parts)) if (kind := _DOMAINS.get(".".join(parts[n:])))), None)
    if listed:
        return listed
    if _STATE.search(host):
        return "state"
    return ENDINGS.get(parts[-1]) or ("country" if len(parts[-1]) == _COUNTRY else OTHER)


def _host(address: str) -> str:
    shown = address.strip().lower()
    try:
        host = urlsplit(shown if "//" in shown else f"//{shown}").hostname
    except ValueError:  # brackets that are no address
        return ""
    return (host or "").rstrip(".")
