"""Entries as plain Markdown, and what browsers need to search here from their own box."""

from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from common.web.templating import path_for
from encyclopedia.core.exchange import dump_page
from encyclopedia.pages.conditional import has_it, headers_of, not_modified
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.views.head import entry_path

router = APIRouter()
MARKDOWN = "text/markdown; charset=utf-8; variant=CommonMark"  # RFC 7763


@router.get("/entries/{slug}.md", name="encyclopedia_markdown")
def entry_as_markdown(request: Request, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give an entry's newest text as it is written: title, lead and fields as front matter, then the body."""
    found = find_page(session, viewer, current_locale(), slug)
    if found.former_slug is not None:
        address = entry_path(request, "encyclopedia_entry", found.page.slug)
        return RedirectResponse(f"{address}.md", 302)
    tag = f'"{found.page.revision_id}"'
    if has_it(request, tag):
        return not_modified(tag, found.page.updated_at)
    revision = revision_of(session, viewer, found.page.revision_id or 0, page=found.page)
    headers = {**headers_of(tag, found.page.updated_at), "Content-Language": found.page.language}
    return Response(dump_page(text_of(revision)), headers=headers, media_type=MARKDOWN)


@router.get("/opensearch.xml", name="encyclopedia_opensearch")
def opensearch(request: Request, app: App) -> Response:
    """Describe the search (OpenSearch 1.1, https://github.com/dewitt/opensearch)."""
    site = app.settings.public_url.rstrip("/")
    search = f"{site}{path_for(request, 'encyclopedia_search')}?q={{searchTerms}}"
    own = f"{site}{path_for(request, 'encyclopedia_opensearch')}"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(_('Encyclopedia'))}</ShortName>\n"
        f"<Description>{escape(_('What works against information manipulation: practices, tools, actors, case studies.'))}</Description>\n"
        f'<Url type="text/html" method="get" template="{escape(search)}"/>\n'
        f'<Url type="application/opensearchdescription+xml" rel="self" template="{escape(own)}"/>\n'
        f"<Language>{current_locale()}</Language>\n<InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n"
    )
    return Response(content, media_type="application/opensearchdescription+xml")
