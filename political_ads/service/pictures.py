"""Pictures of ads between the disk and the database."""

from collections.abc import Collection

from common.web.services import Services
from political_ads.queries.undoing import images_in_use
from political_ads.sources.kept_pictures import FOLDER, KeptPictures


def pictures_of(services: Services) -> KeptPictures:
    """Return where ads' pictures are kept."""
    return KeptPictures(services.settings.data_dir / FOLDER)


def drop_unused(services: Services, names: Collection[str]) -> None:
    """Remove those of some pictures that no ad shows any more. After the transaction in which their ads let them go."""
    if not names:
        return
    with services.database.read() as session:
        used = images_in_use(session, names)
    kept = pictures_of(services)
    for name in set(names) - used:
        kept.remove(name)
