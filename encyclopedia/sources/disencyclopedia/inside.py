"""Links within the 2019 site become wikilinks where they lead to something that was imported."""

import re
from collections.abc import Mapping

from common.i18n import N_
from encyclopedia.schemas import Message, NotUnderstood
from encyclopedia.sources.disencyclopedia.drafts import Draft
from encyclopedia.sources.disencyclopedia.kramdown import INSIDE
from encyclopedia.sources.disencyclopedia.pages import fold

_LINK = re.compile(rf"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(((?:{INSIDE})?/[^)\s]*|#[^)\s]*)\)")


class Inside:
    """Knows where each page and heading of the site went."""

    def __init__(self, slugs: Mapping[tuple[str, str], str]) -> None:
        self.slugs = slugs  # (permalink, folded anchor or "") → slug
        self.notes: list[NotUnderstood] = []

    def rewrite(self, draft: Draft, text: str) -> str:
        """Return the text with wikilinks; a link that leads nowhere becomes its words, with a note."""
        return _LINK.sub(lambda found: self._link(draft, found[1].strip(), found[2]), text)

    def _link(self, draft: Draft, words: str, target: str) -> str:
        page, _, anchor = target.removeprefix(INSIDE).partition("#")
        permalink = page.strip("/") if page else draft.permalink
        slug = self._slug(permalink, fold(anchor), alone=not page)
        if slug:
            return f"[[{slug}|{words}]]"
        reason = Message(
            template=N_("A link within the old site to something that is not an entry; its words were kept.")
        )
        text = f"[{words}]({target})"[:300]
        self.notes.append(NotUnderstood(path=draft.path, line=draft.line, text=text, reason=reason))
        return words

    def _slug(self, permalink: str, anchor: str, *, alone: bool) -> str | None:
        if anchor:
            found = self.slugs.get((permalink, anchor))
            if found or alone:
                return found
        return self.slugs.get((permalink, ""))
