"""One creative's page: the ad as it was shown, the group, what campaigns found out, and how the group came about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.paging import Page
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.models import Ad, Contest, Creative, CreativeMove
from political_ads.views.ad import AdView, ad_view, picture_path
from political_ads.views.creative_labels import LabelView
from political_ads.views.library import excerpt, language_name, many_ads, page_words
from political_ads.views.prediction import PredictionView

CONTEST_STATES = {"upheld": N_("The label was changed"), "declined": N_("The label stays")}
_formats = Formats()


@dataclass(frozen=True)
class AdLine:
    """One ad of the group; `text` only where it is not the group's own."""

    id: int
    page: str
    sponsor: str
    shown: str
    spent: str
    seen: str
    where: str
    declared: str
    text: str
    stands: bool


@dataclass(frozen=True)
class MoveLine:
    """One step of the group's history."""

    words: str
    reason: str
    by: str
    date: str
    undo_href: str  # empty: cannot be undone, or not by this reader
    undone: bool


@dataclass(frozen=True)
class TargetLine:
    """A creative that this one could be joined to."""

    id: int
    href: str
    name: str
    excerpt: str
    ads: str


@dataclass(frozen=True)
class ObjectionLine:
    """An objection that was answered."""

    state: str
    answer: str
    by: str
    date: str


@dataclass(frozen=True)
class Regrouping:
    """What a reviewer sees below the group: the search for another one, and what it found."""

    search: str = ""
    targets: tuple[TargetLine, ...] = ()


@dataclass(frozen=True)
class PictureForm:
    """What a reviewer sees below the ad: its picture's description, and whether one is stored."""

    ad_id: int
    alt: str
    stored: bool


@dataclass(frozen=True)
class CreativePage:
    """One creative."""

    id: int
    title: str
    ad: AdView
    about: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[AdLine, ...]
    number: int
    pages: int
    pages_href: str
    range: str
    labels: tuple[LabelView, ...]
    predictions: tuple[PredictionView, ...]
    objections: tuple[ObjectionLine, ...]
    moves: tuple[MoveLine, ...]
    may_group: bool
    regrouping: Regrouping
    picture: PictureForm | None  # None: this reader may not change it
    form: Form


@dataclass(frozen=True)
class Shown:
    """All that was read for the page."""

    creative: Creative
    ad: Ad | None
    ads: Page[Ad]
    labels: Sequence[LabelView]
    predictions: Sequence[PredictionView]
    contests: Sequence[Contest]
    moves: Sequence[CreativeMove]
    undone: frozenset[int]
    may_group: bool
    may_picture: bool = False
    targets: Sequence[Creative] = ()
    search: str = ""
    form: Form = field(default_factory=Form)


def creative_page(request: Request, shown: Shown) -> CreativePage:
    """Return the page."""
    creative, ads = shown.creative, shown.ads
    address = path_for(request, "ads_creative", creative_id=creative.id)
    return CreativePage(
        id=creative.id,
        title=excerpt(creative.text or creative.title, 70) or _("Ad without text"),
        ad=ad_view(shown.ad, creative, picture=picture_path(request, shown.ad)),
        about=_about(creative),
        facts=tuple(_facts(creative)),
        lines=tuple(_line(creative, ad) for ad in ads.items),
        number=ads.number,
        pages=ads.pages,
        pages_href=f"{address}?page={{page}}#ads",
        range=_("%(first)s–%(last)s of %(total)s")
        % {"first": ads.first, "last": ads.last, "total": _formats.number(ads.total)},
        labels=tuple(shown.labels),
        predictions=tuple(shown.predictions),
        objections=tuple(_objection(each, named=shown.may_group) for each in shown.contests),
        moves=tuple(_move(request, shown, move) for move in shown.moves),
        may_group=shown.may_group,
        regrouping=Regrouping(
            shown.search, tuple(_target(request, each) for each in shown.targets if each.id != creative.id)
        ),
        picture=PictureForm(shown.ad.id, shown.ad.image_alt, bool(shown.ad.image))
        if shown.ad is not None and shown.may_picture
        else None,
        form=shown.form,
    )


def _about(creative: Creative) -> str:
    pages = max(creative.pages, 1)
    return ngettext(
        "%(ads)s with this text, by %(pages)s page.", "%(ads)s with this text, by %(pages)s pages.", pages
    ) % {"ads": many_ads(creative.ads), "pages": _formats.number(pages)}


def _facts(creative: Creative) -> Iterator[tuple[str, str]]:
    """Yield the group's sums; what is not known is said to be so."""
    known = dict(ad_view(None, creative).facts)
    yield _("Shown"), known.get(_("Shown"), "")
    yield _("Impressions"), known.get(_("Impressions"), "")
    yield _("Spent"), known.get(_("Spent"), "")
    yield _("Language"), language_name(creative.language) if creative.language else ""


def _line(creative: Creative, ad: Ad) -> AdLine:
    known = dict(ad_view(ad).facts)
    return AdLine(
        id=ad.id,
        page=ad.page_name or _("Page not named"),
        sponsor=ad.paid_for_by,
        shown=known.get(_("Shown"), ""),
        spent=known.get(_("Spent"), ""),
        seen=known.get(_("Impressions"), ""),
        where=known.get(_("Countries"), ""),
        declared={True: _("yes"), False: _("no")}.get(ad.declared_political, "")
        if ad.declared_political is not None
        else "",
        text="" if ad.text == creative.text else excerpt(ad.text, 160),
        stands=ad.id == creative.ad_id,
    )


def _by(name: str, *, named: bool) -> str:
    """Return who did something; only reviewers see each other's names."""
    return name if named else _("a reviewer")


def _objection(contest: Contest, *, named: bool) -> ObjectionLine:
    return ObjectionLine(
        state=_(CONTEST_STATES.get(contest.state, contest.state)),
        answer=contest.answer,
        by=_by(contest.answered_by, named=named),
        date=_formats.date(contest.answered_at) if contest.answered_at else "",
    )


def _move(request: Request, shown: Shown, move: CreativeMove) -> MoveLine:
    undone = move.id in shown.undone
    may_undo = shown.may_group and not undone and move.kind != "undo"
    return MoveLine(
        words=_move_words(move, shown.creative.id),
        reason=move.reason if move.kind != "undo" else "",
        by=_by(move.by_name, named=shown.may_group),
        date=_formats.date(move.at),
        undo_href=path_for(request, "ads_undo_move", move_id=move.id) if may_undo else "",
        undone=undone,
    )


def _move_words(move: CreativeMove, here: int) -> str:
    ads = many_ads(len(move.ads))
    other = move.to_id if move.from_id == here else move.from_id
    said = {"ads": ads, "other": other, "step": move.undoes_id or 0, "number": move.id}
    left = move.from_id == here
    if move.kind == "split":
        words = _("%(ads)s became creative %(other)s") if left else _("Made of %(ads)s of creative %(other)s")
    elif move.kind == "join":
        words = (
            _("Joined to creative %(other)s with %(ads)s")
            if left
            else _("%(ads)s of creative %(other)s came in")
        )
    else:
        words = _("Step %(step)s was taken back: %(ads)s moved")
    return _("Step %(number)s.") % said + " " + words % said


def _target(request: Request, creative: Creative) -> TargetLine:
    return TargetLine(
        id=creative.id,
        href=path_for(request, "ads_creative", creative_id=creative.id),
        name=page_words(creative),
        excerpt=excerpt(creative.text or creative.title, 200),
        ads=many_ads(creative.ads),
    )
