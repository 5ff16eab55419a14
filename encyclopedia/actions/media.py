"""The media library: pictures and documents under a name, each with its versions."""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from encyclopedia.actions.guard import refuse_blocked
from encyclopedia.actions.log import note
from encyclopedia.actions.touching import touch_showing
from encyclopedia.core.media_licences import LICENCES
from encyclopedia.core.pictures import ENDINGS, MediaFile, media_name, prepare
from encyclopedia.models import Media, MediaVersion
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import MediaAbout
from encyclopedia.sources.kept_files import KeptFiles

MOST_VERSIONS = 200


def add_media(  # noqa: PLR0913 - a file, what it is, and where it goes
    session: Session, actor: Actor, files: KeptFiles, name: str, given: bytes | MediaFile, about: MediaAbout, *, at: datetime, comment: str = ""
) -> MediaVersion:  # fmt: skip
    """Take a picture or document into the library under a name; the name's ending becomes that of the file's true type.

    `given` is the file, or what `prepare` made of it: that takes up to two seconds, which a door spends before its transaction.

    Raises:
        Invalid: the file cannot be taken, the name is taken, or what must be said about it is missing.
        Conflict: the library has this very file already.
    """
    _may_upload(session, actor, at=at)
    check_about(about)
    made = given if isinstance(given, MediaFile) else prepare(given)
    _refuse_double(session, made)
    full_name = _free_name(session, name, made)
    media = Media(name=full_name, **about.model_dump(mode="json"), created_at=at)
    session.add(media)
    session.flush()
    version = _append(session, actor, files, media, made, comment, at=at)
    note(session, actor, "uploaded a file", at=at, title=full_name, comment=comment)
    return version


def add_version(
    session: Session, actor: Actor, files: KeptFiles, media: Media, given: bytes | MediaFile, *, at: datetime, comment: str = ""
) -> MediaVersion:  # fmt: skip
    """Show another file under a name from now on; the earlier versions stay. The same file again changes nothing.

    Raises:
        Invalid: the file cannot be taken, or is of another type than the name says.
    """
    _may_upload(session, actor, at=at)
    _refuse_deleted(media)
    made = given if isinstance(given, MediaFile) else prepare(given)
    if not media.name.endswith(ENDINGS[made.type]):
        sentence = _("A new version has the type of the old one (%(ending)s).") % {
            "ending": "." + media.name.rsplit(".", 1)[-1]
        }
        raise Invalid(sentence, fields={"file": sentence})
    present = session.get_one(MediaVersion, media.version_id)
    if present.sha256 == hashlib.sha256(made.data).hexdigest():
        return present
    version = _append(session, actor, files, media, made, comment, at=at)
    note(session, actor, "uploaded a new version", at=at, title=media.name, comment=comment)
    return version


def show_version(
    session: Session, actor: Actor, media: Media, version: MediaVersion, *, at: datetime
) -> MediaVersion:
    """Show an earlier version again, as a new one."""
    _may_upload(session, actor, at=at)
    _refuse_deleted(media)
    if version.media_id != media.id:
        raise Invalid(_("This version belongs to another file."))
    if version.id == media.version_id:
        return version
    comment = _("Version %(number)s again") % {"number": version.number}
    kept = {name: getattr(version, name) for name in ("sha256", "sha1", "type", "bytes", "width", "height")}
    again = _add_row(session, actor, media, kept, comment, at=at)
    note(session, actor, "showed an earlier version", at=at, title=media.name, comment=comment)
    return again


def describe_media(session: Session, actor: Actor, media: Media, about: MediaAbout, *, at: datetime) -> bool:
    """Correct what is said about a file; return whether anything changed."""
    _may_upload(session, actor, at=at)
    _refuse_deleted(media)
    check_about(about)
    said = about.model_dump(mode="json")
    if all(getattr(media, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(media, name, value)
    touch_showing(session, media.name, at=at)
    note(session, actor, "described a file anew", at=at, title=media.name)
    return True


def delete_media(session: Session, actor: Actor, media: Media, reason: str, *, at: datetime) -> None:
    """Take a file out of the library; it can be brought back."""
    PERMISSIONS.require(actor, Permission.DELETE)
    _refuse_deleted(media)
    if not reason.strip():
        sentence = _("Say why the file goes: others will ask.")
        raise Invalid(sentence, fields={"reason": sentence})
    media.deleted_at = at
    touch_showing(session, media.name, at=at)
    note(session, actor, "deleted a file", at=at, title=media.name, comment=reason.strip())


def bring_back_media(session: Session, actor: Actor, media: Media, *, at: datetime) -> None:
    """Take a deleted file into the library again."""
    PERMISSIONS.require(actor, Permission.DELETE)
    if media.deleted_at is None:
        raise Conflict(_("This file is in the library."))
    media.deleted_at = None
    touch_showing(session, media.name, at=at)
    note(session, actor, "brought a file back", at=at, title=media.name)


def check_about(about: MediaAbout) -> None:
    """Raise Invalid where a file's description in words, or its licence, is missing."""
    fields = {}
    if not any(words.strip() for words in about.alt.values()):
        fields["alt"] = _("Describe what the picture shows, for those who cannot see it.")
    if about.licence not in LICENCES:
        fields["licence"] = _("Choose the licence under which the file may be shown.")
    if fields:
        raise Invalid(_("Something must still be said about this file."), fields=fields)


def _may_upload(session: Session, actor: Actor, *, at: datetime) -> None:
    PERMISSIONS.require(actor, Permission.UPLOAD)
    refuse_blocked(session, actor, at=at)


def _refuse_deleted(media: Media) -> None:
    if media.deleted_at is not None:
        raise Conflict(_("This file was deleted. Bring it back first."))


def _free_name(session: Session, given: str, made: MediaFile) -> str:
    name = media_name(given, made.type)
    if not name:
        sentence = _("Give the file a name that says what it shows.")
        raise Invalid(sentence, fields={"name": sentence})
    taken = session.scalars(select(Media).where(func.lower(Media.name) == name.lower())).first()
    if taken is not None:
        sentence = (
            _(
                "There is a file with this name already. Open it to give it a new version, or choose another name."
            )
            if taken.deleted_at is None
            else _("A deleted file had this name. Choose another one.")
        )
        raise Invalid(sentence, fields={"name": sentence})
    return name


def _refuse_double(session: Session, made: MediaFile) -> None:
    """Refuse a file that the library shows already: texts should all use the same one."""
    same = select(Media.name).join(MediaVersion, MediaVersion.id == Media.version_id)
    sha256 = hashlib.sha256(made.data).hexdigest()
    name = session.scalars(
        same.where(MediaVersion.sha256 == sha256, Media.deleted_at.is_(None)).limit(1)
    ).first()
    if name is not None:
        raise Conflict(
            _("The library has this very file already, as “%(name)s”. Use that one.") % {"name": name}
        )


def _append(
    session: Session, actor: Actor, files: KeptFiles, media: Media, made: MediaFile, comment: str, *, at: datetime
) -> MediaVersion:  # fmt: skip
    kept = {
        "sha256": files.keep(made.data, made.variants),
        "sha1": hashlib.sha1(
            made.data, usedforsecurity=False
        ).hexdigest(),  # what MediaWiki's clients compare
        "type": made.type,
        "bytes": len(made.data),
        "width": made.width,
        "height": made.height,
    }
    return _add_row(session, actor, media, kept, comment, at=at)


def _add_row(
    session: Session, actor: Actor, media: Media, kept: dict[str, object], comment: str, *, at: datetime
) -> MediaVersion:  # fmt: skip
    count = (
        session.scalar(select(func.max(MediaVersion.number)).where(MediaVersion.media_id == media.id)) or 0
    )
    if count >= MOST_VERSIONS:
        raise Conflict(_("This file has too many versions. Upload it under another name."))
    version = MediaVersion(
        media_id=media.id,
        number=count + 1,
        **kept,
        comment=comment.strip()[:500],
        by_id=actor.person_id,
        by_name=actor.name,
        at=at,
    )
    session.add(version)
    session.flush()
    media.version_id = version.id
    touch_showing(session, media.name, at=at)
    return version
