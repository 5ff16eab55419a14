"""`disinfo ads import` and `fetch`, as people type them."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from political_ads.commands.imports import COMMANDS
from tests.political_ads.sources.samples import META, META_EU, TABLE, written


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("DISINFO_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DISINFO_CONFIG_FILE", str(tmp_path / "none"))
    made = typer.Typer()
    for name, command in COMMANDS:
        made.command(name=name)(command)
    return made


def test_each_file_tells_its_sum_and_a_bad_one_stops_nothing(app: typer.Typer, tmp_path: Path) -> None:
    good = written(tmp_path, json.dumps([META, META_EU, META]), "good.json")
    bad = written(tmp_path, "# About\n", "README.md")
    run = CliRunner().invoke(app, ["import", str(bad), str(tmp_path / "gone.csv"), str(tmp_path), str(good)])
    assert run.exit_code == 2
    assert "× There is no file gone.csv." in run.stdout
    assert "is a folder. Give a file." in run.stdout
    assert "README.md: × No ads were recognised" in run.stdout
    assert "3 rows = 2 stored + 0 grouped + 0 updated + 0 already there + 1 refused (meta_ads)" in run.stdout
    assert "refused 1: The same id stands on line … already." in run.stdout
    again = CliRunner().invoke(app, ["import", str(good)])
    assert again.exit_code == 0
    assert "3 rows = 0 stored + 0 grouped + 0 updated + 2 already there + 1 refused" in again.stdout


def test_a_dry_run_stores_nothing(app: typer.Typer, tmp_path: Path) -> None:
    good = written(tmp_path, json.dumps([META]), "good.json")
    for _time in range(2):
        run = CliRunner().invoke(app, ["import", "--dry-run", str(good)])
        assert "1 rows, 1 new, 0 here already, 0 refused (meta_ads)" in run.stdout


def test_columns_are_confirmed_on_the_command_line(app: typer.Typer, tmp_path: Path) -> None:
    table = written(tmp_path, TABLE, "mine.csv")
    unsure = CliRunner().invoke(app, ["import", str(table)])
    assert unsure.exit_code == 2
    assert "text=Le message" in unsure.stdout
    run = CliRunner().invoke(
        app, ["import", "--column", "text=Le message", "--constant", "platform=facebook", str(table)]
    )
    assert "2 rows = 2 stored" in run.stdout


def test_without_a_token_nothing_is_fetched(app: typer.Typer) -> None:
    run = CliRunner().invoke(app, ["fetch", "eau", "--country", "FR"])
    assert run.exit_code == 1
    assert "DISINFO_ADS_META_TOKEN" in str(run.exception)
