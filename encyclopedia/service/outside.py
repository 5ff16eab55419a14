"""What the encyclopedia keeps for itself while it runs: the way to other sites, and the folders of its files."""

from dataclasses import dataclass

from common.web.services import Services
from encyclopedia.permissions import TOOL
from encyclopedia.sources.kept_files import KeptFiles
from encyclopedia.sources.web import Web


@dataclass(frozen=True)
class Outside:
    """`media`: files of the library; `captures`: our copies of web pages; `uploads`: files to be imported; `web`: other sites."""

    media: KeptFiles
    captures: KeptFiles
    uploads: KeptFiles
    web: Web


def prepare(services: Services) -> Outside:
    """Prepare what the encyclopedia keeps; nothing is opened yet."""
    folder = services.settings.data_dir.resolve()
    return Outside(
        KeptFiles(folder / "media"),
        KeptFiles(folder / "captures"),
        KeptFiles(folder / "uploads"),
        Web(services.settings.public_url),
    )


def outside_of(services: Services) -> Outside:
    """Return what the encyclopedia keeps."""
    kept = services.extras[TOOL]
    if not isinstance(kept, Outside):
        msg = "the encyclopedia was not prepared"
        raise TypeError(msg)
    return kept
