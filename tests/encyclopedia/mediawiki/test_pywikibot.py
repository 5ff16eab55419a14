"""An unmodified pywikibot drives the served encyclopedia, in a process of its own (`pywikibot_driver`)."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.encyclopedia.mediawiki.conftest import Wiki

pytestmark = pytest.mark.slow
FAMILY = """
from pywikibot import family

class Family(family.Family):
    name = "ours"
    langs = {{"en": "{host}"}}

    def protocol(self, code):
        return "http"

    def scriptpath(self, code):
        return "/encyclopedia"
"""


def picture(side: int) -> bytes:
    file = BytesIO()
    Image.effect_noise((side, side), 90).save(file, "PNG")
    return file.getvalue()


def test_pywikibot_does_its_work(served: Wiki, tmp_path: Path) -> None:
    folder = tmp_path / "robot"
    folder.mkdir()
    (folder / "ours_family.py").write_text(FAMILY.format(host=served.host))
    passwords = folder / "passwords.py"
    bots = (served.editor, served.coordinator)
    passwords.write_text(
        "\n".join(f'("{bot.actor.name}", BotPassword("robot", "{bot.password}"))' for bot in bots)
    )
    passwords.chmod(0o600)
    (folder / "small.png").write_bytes(picture(20))
    (folder / "large.png").write_bytes(picture(1200))
    driver = Path(__file__).parent / "pywikibot_driver.py"
    done = subprocess.run(
        [
            sys.executable,
            str(driver),
            *(str(folder / name) for name in ("ours_family.py", "small.png", "large.png")),
        ],
        env={
            **os.environ,
            "PYWIKIBOT_DIR": str(folder),
            "PYWIKIBOT_NO_USER_CONFIG": "2",
            "HOME": str(folder),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads(done.stdout)
    failed = {name: told for name, told in results.items() if told != "ok"}
    assert not failed, "\n".join(failed.values()) + done.stderr[-2000:]
    assert len(results) >= 20
