"""Suggesting without an account: a remark, a changed text, a new entry; and seeing what became of it."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound, TooMany
from common.i18n import current_locale
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from encyclopedia.actions.suggestions import Given, GivenEntry, GivenNote, GivenText, suggest
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.pages.unhurried import began_again, began_now, refuse_programs
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.suggestions import suggested_page, suggestion_by_token
from encyclopedia.schemas import Text
from encyclopedia.service.spam import score_words
from encyclopedia.views.head import entry_head, entry_path
from encyclopedia.views.suggestions import ProposePage, SuggestPage, suggestion_page
from encyclopedia.wording import kind_name

router = APIRouter()
HOW = ("note", "text")


@router.get("/entries/{slug}/suggest", name="encyclopedia_suggest")
def show_form(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    how: str = "",
    passage: str = "",
) -> Response:
    """Show the form for a remark, or for changing the text."""
    form = Form({"passage": passage[:500]}) if passage else Form()
    return _form(request, session, viewer, slug, how, form, began_now(app))


@router.post("/entries/{slug}/suggest")
def send(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Keep what somebody suggests about an entry."""
    values = values_of(posted)
    how = values.get("how", "")
    try:
        refuse_programs(request, app, values)
        with app.database.write() as session:
            page = find_page(session, viewer, current_locale(), slug).page
            base_id = number_in(values, "base") or page.revision_id or 0
            base = text_of(revision_of(session, viewer, base_id, page=page))
            given, words = _given(values, base, base_id)
            old = base.body if isinstance(given, GivenText) else ""
            spam = score_words(session, old, words, page.language)
            made = suggest(
                session, viewer, given, language=page.language, name=values.get("name", ""), spam=spam,
                at=app.clock(), page=page,
            )  # fmt: skip
        return back_to(request, app, "encyclopedia_suggestion", _thanks(), token=made.token)
    except (Invalid, TooMany) as problem:
        with app.database.read() as session:
            form = _refused(values, problem)
            began = began_again(app, values)
            return _form(request, session, viewer, slug, how, form, began, status=problem.status)


@router.get("/suggest", name="encyclopedia_propose_entry")
def show_propose(request: Request, app: App, viewer: Viewer, title: str = "", kind: str = "") -> Response:
    """Show the form for a new entry."""
    return _propose(request, viewer, Form({"title": title[:200], "kind": kind}), began_now(app))


@router.post("/suggest")
def send_entry(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Keep an entry that somebody proposes."""
    values = values_of(posted)
    try:
        refuse_programs(request, app, values)
        kind = values.get("kind", "")
        if kind not in set(EntryKind):
            raise Invalid(_("The suggestion was not sent yet."), fields={"kind": _("Choose what it is.")})
        text = Text.model_construct(
            title=values.get("title", ""), lead=values.get("lead", ""), fields={}, body=values.get("body", "")
        )
        given = GivenEntry(EntryKind(kind), text, values.get("note", ""))
        with app.database.write() as session:
            spam = score_words(session, "", f"{text.lead}\n\n{text.body}", current_locale())
            made = suggest(
                session, viewer, given, language=current_locale(), name=values.get("name", ""), spam=spam,
                at=app.clock(),
            )  # fmt: skip
        return back_to(request, app, "encyclopedia_suggestion", _thanks(), token=made.token)
    except (Invalid, TooMany) as problem:
        form, began = _refused(values, problem), began_again(app, values)
        return _propose(request, viewer, form, began, status=problem.status)


@router.get("/suggestions/{token}", name="encyclopedia_suggestion")
def show_suggestion(request: Request, app: App, session: ReadSession, viewer: Viewer, token: str) -> Response:
    """Show whoever made a suggestion what became of it."""
    suggestion = suggestion_by_token(session, viewer, token)
    page = suggested_page(session, suggestion)
    href = entry_path(request, "encyclopedia_entry", page.slug) if page else None
    public = app.settings.public_url.rstrip("/")
    context = suggestion_page(request, suggestion, page.title if page else "", href, public)
    return render(request, "encyclopedia/suggestion.html", context, headers={"X-Robots-Tag": "noindex"})


def _given(values: dict[str, str], base: Text, base_id: int) -> tuple[Given, str]:
    """Return what was suggested, and the words that are looked at for spam."""
    words = values.get("note", "")
    if values.get("how") != "text":
        return GivenNote(words, values.get("passage", "")), words
    changed = {"lead": values.get("lead", base.lead), "body": values.get("body", "")}
    return GivenText(base.model_copy(update=changed), base_id, words), changed["body"]


def _form(  # noqa: PLR0913 - what the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    slug: str,
    how: str,
    form: Form,
    began: str,
    *,
    status: int = 200,
) -> Response:
    PERMISSIONS.require(viewer, Permission.SUGGEST)
    found = find_page(session, viewer, current_locale(), slug)
    if found.entry.deleted_at is not None or found.page.revision_id is None:
        raise NotFound(_("This entry was deleted."))
    how = how if how in HOW else HOW[0]
    base_id = found.page.revision_id
    if how == "text" and "body" not in form.values:
        base = text_of(revision_of(session, viewer, base_id, page=found.page))
        form = Form({**form.values, "lead": base.lead, "body": base.body}, form.errors, form.summary)
    elif form.values.get("base", "").isdigit():
        base_id = int(form.values["base"][:15])
    head = entry_head(request, session, viewer, found, "suggest")
    context = SuggestPage(head, how, form, began, base_id)
    return render(request, "encyclopedia/suggest.html", context, status=status)


def _propose(request: Request, viewer: Actor, form: Form, began: str, *, status: int = 200) -> Response:
    PERMISSIONS.require(viewer, Permission.SUGGEST)
    kinds = tuple((kind.value, kind_name(kind)) for kind in EntryKind)
    return render(request, "encyclopedia/propose_entry.html", ProposePage(form, kinds, began), status=status)


def _refused(values: dict[str, str], problem: Invalid | TooMany) -> Form:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return Form(values, fields, problem.message)


def _thanks() -> str:
    return _("Thank you. Keep this page’s address: it says what becomes of your suggestion.")
