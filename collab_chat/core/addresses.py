"""One address for one page: what sharing adds to addresses is taken off, so that the same page is found again."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from common.errors import Invalid
from common.i18n import gettext as _

LONGEST = 2_000  # characters
STANDARD_PORT = {"http": 80, "https": 443}
# What programs add to addresses to follow people; none of it says which page is meant.
TRACKING = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh",
        "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "oly_anon_id", "oly_enc_id", "vero_id", "wickedid",
        "ref_src", "ref_url", "feature", "si", "spm", "share_id", "sfnsn", "mibextid", "rdid", "paipv", "eav", "__tn__", "cmpid",
        "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "xtor", "at_medium", "at_campaign", "__twitter_impression",
    }
)  # fmt: skip
_TRACKING_BEGINS = ("utm_", "pk_", "mtm_", "hsa_", "__cft__", "at_custom")
# Only on these sites do these say how a page was shared; elsewhere they may say which page it is.
_TRACKING_AT = {"x.com": frozenset({"s", "t"}), "youtube.com": frozenset({"pp", "ab_channel", "t"})}
_MOBILE = re.compile(r"^(?:www|m|mobile|amp|touch)\.(?=[^.]+\.)")
# Names under which one site is known.
_SAME = {
    "twitter.com": "x.com",
    "fb.com": "facebook.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
}
_SAFE = "/:@!$&'()*+,;=-._~"


def web_address(given: str) -> str:
    """Return an address as somebody pasted it, if a browser would open it.

    Raises:
        Invalid: it is no address of the web, too long, or bears a name or password.
    """
    text = given.strip()
    if len(text) > LONGEST:
        raise _refused(_("An address takes at most %(most)s characters.") % {"most": LONGEST})
    if "://" not in text and "." in text.partition("/")[0]:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, bears_name = parts.hostname, parts.username is not None or parts.password is not None
        _port = parts.port
    except ValueError:
        host, bears_name, parts = None, False, urlsplit("")
    if parts.scheme not in STANDARD_PORT or not host or re.search(r"[\s<>\"\x00-\x1f]", text):
        raise _refused(
            _("Give an address of the web, such as https://example.org/page. It must be one address only.")
        )
    if bears_name:
        raise _refused(_("An address with a name or password in it cannot be opened."))
    return text


def canonical_url(url: str) -> str:
    """Return an address without what sharing added, or "" for what is no address of the web.

    https and http are one, as are mobile and usual hosts; the part after # is dropped but where it leads (#!/…), the rest of the
    question stays in the order of its names.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in STANDARD_PORT or not host:
        return ""
    host = _site(host)
    usual = port is None or port == STANDARD_PORT[parts.scheme.lower()]
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")
    query = parts.query
    if host == "youtu.be" and len(path) > 1:
        host, query, path = "youtube.com", f"v={path[1:]}&{query}", "/watch"
    path = re.sub(r"/(?:index\.(?:html?|php)|amp)/?$", "/", path)
    return urlunsplit(
        (
            "https",
            _with_brackets(host) + ("" if usual else f":{port}"),
            path.rstrip("/") or "/",
            _question(query, host),
            parts.fragment if parts.fragment.startswith("!") else "",
        )
    )


def _site(host: str) -> str:
    try:
        host = host.lower().encode("idna").decode("ascii") if not host.isascii() else host.lower()
    except UnicodeError:
        host = host.lower()
    host = _SAME.get(host, host)
    host = _MOBILE.sub("", host)
    return _SAME.get(host, host)


def _with_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _question(query: str, host: str) -> str:
    dropped = TRACKING | _TRACKING_AT.get(host, frozenset())
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return query
    kept = [
        (name, value)
        for name, value in pairs
        if name.lower() not in dropped and not name.lower().startswith(_TRACKING_BEGINS)
    ]
    return urlencode(sorted(kept))


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"url": sentence})
