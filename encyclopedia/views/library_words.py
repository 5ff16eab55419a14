"""Words for sources and files: types, states, licences, sizes."""

from common.i18n import N_
from common.i18n import gettext as _
from common.web.formats import Formats
from encyclopedia.core.media_licences import LICENCES
from encyclopedia.queries.media import MediaSort, MediaState
from encyclopedia.queries.sources import SourceSort, SourceState

SOURCE_TYPES = {
    "webpage": N_("Web page"),
    "article-newspaper": N_("News article"),
    "article-journal": N_("Journal article"),
    "report": N_("Report"),
    "book": N_("Book"),
    "chapter": N_("Chapter of a book"),
    "paper-conference": N_("Conference paper"),
    "thesis": N_("Thesis"),
    "dataset": N_("Data set"),
    "software": N_("Software"),
    "legislation": N_("Law or regulation"),
    "post-weblog": N_("Blog post"),
    "speech": N_("Speech or talk"),
    "video": N_("Video"),
}
SOURCE_STATES = {
    SourceState.ALL: N_("All sources"),
    SourceState.DEAD: N_("Address is dead"),
    SourceState.FAILING: N_("Address failed lately"),
    SourceState.REFUSED: N_("Does not answer programs"),
    SourceState.UNARCHIVED: N_("Not in a web archive"),
    SourceState.UNCITED: N_("Not cited"),
}
SOURCE_SORTS = {
    SourceSort.TITLE: N_("Title"),
    SourceSort.NEWEST: N_("Newest first"),
    SourceSort.CITED: N_("Most cited"),
    SourceSort.CHECKED: N_("Longest unchecked"),
}
LINK_STATES = {  # word, tone of `ui.status`
    "unchecked": (N_("not checked yet"), "quiet"),
    "alive": (N_("answers"), "ok"),
    "failing": (N_("failed lately"), "warn"),
    "dead": (N_("dead"), "danger"),
    "refused": (N_("does not answer programs"), "info"),
}
LINK_MEANINGS = {
    "unchecked": N_("Nobody has asked this address yet; it will be asked within a few days."),
    "alive": N_("The address answered when it was last asked."),
    "failing": N_("The address did not answer as it should when it was last asked. It will be asked again in a few days."),
    "dead": N_("The address said three times, over days, that the page is gone. Read the archived copy."),
    "refused": N_("The site answers people and not programs, so that nobody knows by machine whether the page is still there."),
}  # fmt: skip
MEDIA_STATES = {
    MediaState.ALL: N_("All files"),
    MediaState.PICTURES: N_("Pictures"),
    MediaState.DOCUMENTS: N_("Documents"),
    MediaState.UNUSED: N_("Not shown anywhere"),
    MediaState.UNDESCRIBED: N_("Not described in your language"),
    MediaState.DELETED: N_("Deleted"),
}
MEDIA_SORTS = {
    MediaSort.NEWEST: N_("Newest first"),
    MediaSort.NAME: N_("Name"),
    MediaSort.SIZE: N_("Largest first"),
}
MEDIA_TYPES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "application/pdf": "PDF",
}
_formats = Formats()


def licence_options() -> tuple[tuple[str, str], ...]:
    """Return the licences to choose from."""
    return tuple((code, licence_name(code)) for code in LICENCES)


def licence_name(code: str) -> str:
    """Return what a licence is called; a code that nobody knows stands for itself."""
    name = _(LICENCES[code]) if code in LICENCES else code
    return name if code.startswith("LicenseRef-") or name == code else f"{name} ({code})"


def source_type_name(code: str) -> str:
    """Return what a source's type is called."""
    return _(SOURCE_TYPES.get(code, code))


def size_words(count: int) -> str:
    """Return a number of bytes in kB or MB (powers of ten)."""
    if count < 1_000_000:
        return _("%(size)s kB") % {"size": _formats.number(max(1, round(count / 1_000)))}
    return _("%(size)s MB") % {"size": _formats.number(round(count / 1_000_000, 1))}
