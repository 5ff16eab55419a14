import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from common.settings import Settings, read_settings, settings_reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_page_is_up_to_date():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_reference(), "run `make docs`"


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    file = tmp_path / "settings.env"
    file.write_text("DISINFO_SOURCE_URL=from the file\nDISINFO_SESSION_DAYS=3\n")
    monkeypatch.setenv("DISINFO_CONFIG_FILE", str(file))
    monkeypatch.setenv("DISINFO_SOURCE_URL", "from the environment")
    settings = read_settings()
    assert (settings.source_url, settings.session_days) == ("from the environment", 3)


def test_a_wrong_setting_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("DISINFO_SESSION_DAYS", "many")
    with pytest.raises(ValidationError, match="session_days"):
        read_settings()


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path):
    first = Settings(_env_file=None, data_dir=tmp_path).secret
    assert Settings(_env_file=None, data_dir=tmp_path).secret == first
    assert len(first) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_short_secret_key_is_refused(tmp_path):
    (tmp_path / "key").write_text("short")
    with pytest.raises(ValueError, match="at least 32"):
        _ = Settings(_env_file=None, secret_key_file=tmp_path / "key").secret
