"""The situation report as a shared document: a Yjs text (Nicolaescu et al. 2016, doi:10.1145/2957276.2957310) held by `pycrdt`."""

import difflib
import hashlib
from collections.abc import Iterable, Mapping

from pycrdt import Doc, Text, merge_updates

from common.i18n import N_
from common.i18n import gettext as _

NAME = "report"  # of the text in the document
MOST_CHARACTERS = 300_000  # of the report
MOST_UPDATE = (
    900 * 1024
)  # bytes of one update: a whole report pasted, or a long time offline; a socket's frame takes 1 MiB
HEADINGS = (
    N_("What happens"),
    N_("Who is involved"),
    N_("Since when, and where"),
    N_("How far it spreads"),
    N_("What we know"),
    N_("What we do not know"),
    N_("What we recommend"),
)


class BadUpdate(ValueError):
    """An update that is none, or that makes the document too long."""


class ReportDocument:
    """One copy of the document."""

    def __init__(self, updates: Iterable[bytes] = ()) -> None:
        self._doc: Doc[Text] = Doc(allow_multithreading=True)
        self._text: Text = self._doc.get(NAME, type=Text)
        for one in updates:
            self.apply(one)

    @property
    def text(self) -> str:
        """The text, in Markdown."""
        return str(self._text)

    @property
    def state(self) -> bytes:
        """The state vector: what this copy has."""
        return self._doc.get_state()

    def apply(self, update: bytes) -> None:
        """Bring the copy up to an update; the order does not matter, nor does twice. Raises BadUpdate."""
        if len(update) > MOST_UPDATE:
            raise BadUpdate("the update is too long")
        try:
            self._doc.apply_update(update)
        except (ValueError, RuntimeError) as error:
            raise BadUpdate(str(error)) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # what the Rust side makes of some broken updates
                raise
            raise BadUpdate("the update is broken") from error

    def missing(self, state: bytes) -> bytes:
        """Return the update that brings a copy with this state vector up to ours. Raises BadUpdate."""
        try:
            return self._doc.get_update(state)
        except ValueError as error:
            raise BadUpdate("this is no state vector") from error

    def gains(self, update: bytes) -> bool:
        """Say whether an update holds anything that this copy misses. Raises BadUpdate."""
        before = self.whole()
        return ReportDocument([before, update]).whole() != before

    def whole(self) -> bytes:
        """Return the document as one update."""
        return self._doc.get_update()

    def rewrite(self, text: str) -> bytes:
        """Make the text another one by as few insertions and deletions of lines as it takes; return the update."""
        before = self.state
        old, new = self.text.splitlines(keepends=True), text.splitlines(keepends=True)
        place = 0  # in bytes of UTF-8, as `pycrdt` counts
        with self._doc.transaction():
            for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
                taken, put = "".join(old[i1:i2]), "".join(new[j1:j2])
                if tag == "equal":
                    place += len(taken.encode())
                    continue
                if taken:
                    del self._text[place : place + len(taken.encode())]
                if put:
                    self._text.insert(place, put)
                    place += len(put.encode())
        return self.missing(before)


def merged(updates: Iterable[bytes]) -> bytes:
    """Return one update that does what these do together."""
    return merge_updates(*updates)


def kept_text(text: str) -> str:
    """Return a text as versions keep it: no zero characters, which no database takes; no space around it, as in the log."""
    return text.replace("\0", "").strip()


def text_hash(text: str) -> str:
    """Return the SHA-256 of a version's UTF-8 text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def template(facts: Mapping[str, str]) -> str:
    """Return a new report's text: headings to write under, in the language of who begins it. `facts`: `title`, may be empty."""
    title = facts.get("title") or _("Situation report")
    parts = [f"# {title}", *(f"## {_(one)}\n" for one in HEADINGS)]
    return "\n\n".join(parts) + "\n"


def difference(old: str, new: str, *, around: int = 2) -> list[tuple[str, str]]:
    """Return what changed, line by line: (`same` | `gone` | `new` | `gap`, text), with lines around each change."""
    a, b = old.splitlines(), new.splitlines()
    found: list[tuple[str, str]] = []
    for number, group in enumerate(
        difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_grouped_opcodes(around)
    ):
        if number:
            found.append(("gap", ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [("same", line) for line in a[i1:i2]]
                continue
            found += [("gone", line) for line in a[i1:i2]]
            found += [("new", line) for line in b[j1:j2]]
    return found
