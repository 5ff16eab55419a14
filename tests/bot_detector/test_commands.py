"""`disinfo bots score` as people call it: every output, refused rows, and the same numbers as every other door."""

import csv
import io
import json

import polars as pl
import pytest
from typer.testing import CliRunner

from bot_detector.commands import app
from bot_detector.core.scoring import load_model, score_accounts
from bot_detector.schemas import Account
from bot_detector.service import accounts_frame
from common.errors import Invalid
from tests.bot_detector.invented import ACCOUNT


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "accounts.jsonl"
    rows = [json.dumps({**ACCOUNT, "account_id": str(n), "followers": n * 50}) for n in range(20)]
    path.write_text("\n".join([*rows[:7], '{"platform": "x"', *rows[7:]]))
    return path


def run(*words):
    return CliRunner().invoke(app, ["score", *map(str, words)], catch_exceptions=False)


def test_the_command_gives_the_number_that_the_core_gives(tmp_path):
    path = tmp_path / "one.json"
    path.write_text(json.dumps(ACCOUNT))
    row = json.loads(run(path, "--out", "jsonl", "--prevalence", "0.2").stdout)
    direct = score_accounts(accounts_frame([Account.model_validate(ACCOUNT)]), load_model(), prevalence=0.2)[
        0
    ]
    assert row["probability"] == direct.probability
    assert row["input_hash"] == direct.input_hash
    assert [r["feature"] for r in row["reasons"]] == [r.feature for r in direct.reasons]


def test_refused_rows_go_to_a_file_of_their_own_with_line_and_reason(file, tmp_path):
    result = run(file, "--out", "jsonl")
    assert len(result.stdout.splitlines()) == 20
    refused = json.loads((tmp_path / "accounts.rejects.jsonl").read_text())
    assert refused["line"] == 8
    assert refused["reason"]


def test_every_output_has_the_same_scores(file, tmp_path):
    jsonl = pl.read_ndjson(io.BytesIO(run(file, "--out", "jsonl").stdout.encode()))
    table = pl.read_csv(io.BytesIO(run(file, "--out", "csv").stdout.encode()))
    run(file, "--out", "parquet", "-o", tmp_path / "scores.parquet")
    parquet = pl.read_parquet(tmp_path / "scores.parquet")
    for each in (table, parquet):
        assert each["probability"].to_list() == pytest.approx(jsonl["probability"].to_list(), abs=1e-12)
    assert not list(tmp_path.glob("*.part"))


def test_a_spreadsheet_runs_nothing(tmp_path):
    path = tmp_path / "formula.jsonl"
    path.write_text(json.dumps({**ACCOUNT, "account_id": "=cmd|' /C calc'!A0", "handle": "+SUM(A1)"}))
    row = next(csv.DictReader(io.StringIO(run(path, "--out", "csv").stdout)))
    assert row["account_id"].startswith("'=")
    assert row["handle"].startswith("'+")


def test_the_table_shows_the_highest_first_with_reasons(file):
    shown = run(file).stdout
    assert "Highest scores first" in shown
    assert "×" in shown


def test_columns_that_are_unsure_are_asked_for_and_can_be_said(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("id,user,abonnes\n1,some_body,12\n2,other_body,9\n")
    with pytest.raises(Invalid):
        run(path)
    words = (
        "--column",
        "account_id=id",
        "--column",
        "handle=user",
        "--column",
        "followers=abonnes",
        "--platform",
        "x",
    )
    assert len(run(path, "--out", "jsonl", *words).stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ()),
        (b"[]", ()),
        (b"PK\x03\x04", ()),
        (b'{"platform": "x"}', ("--out", "parquet")),
        (b"a,b\n1,2\n", ("--column", "x")),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refusal:
        run(path, *words)
    assert refusal.value.message.endswith(".")


@pytest.mark.slow
def test_files_of_the_real_sets_are_scored(shared_data, tmp_path):
    for name, count in (
        ("x_v1_users_and_posts_twibot20_sample.json", 100),
        ("x_v1_posts_rtbust_2019.json", 693),
    ):
        path = shared_data / "bots" / name
        result = run(path, "--out", "jsonl", "--rejects", tmp_path / "rejects")
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        assert len(rows) == count
        assert all(row["reasons"] or row["verdict"] == "insufficient_data" for row in rows)


def labelled(path, *, labels=(0, 1), rows=240):
    with path.open("w") as file:
        for n in range(rows):
            label = labels[n % len(labels)]
            account = {
                **ACCOUNT,
                "dataset": f"set-{n % 3}",
                "label": label,
                "account_id": str(n),
                "handle": f"{'z9' * label}name{n * (7919 if label else 1)}",
                "followers": (n * 37) % (40 if label else 900),
                "friends": (n * 53) % (2_000 if label else 400),
                "statuses": (n * 71) % (20_000 if label else 3_000),
            }
            file.write(json.dumps(account) + "\n")
    return path


@pytest.mark.slow
def test_a_model_of_ones_own_is_trained_on_any_labelled_file(tmp_path):
    result = CliRunner().invoke(
        app,
        ["train", str(labelled(tmp_path / "own.jsonl")), "-o", str(tmp_path / "model.json")],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    model = load_model(tmp_path / "model.json")
    score = score_accounts(accounts_frame([Account.model_validate(ACCOUNT)]), model, prevalence=0.2)[0]
    assert score.probability is not None
    assert (tmp_path / "MODEL_CARD.md").exists()
    assert (tmp_path / "DATA_CARD.md").exists()


@pytest.mark.parametrize(("words", "labels"), [((), (0,)), (("--shippable",), (0, 1))])
def test_training_without_both_kinds_is_refused_in_a_sentence(tmp_path, words, labels):
    path = labelled(tmp_path / "own.jsonl", labels=labels)
    with pytest.raises(Invalid, match="both human"):
        CliRunner().invoke(
            app, ["train", str(path), "-o", str(tmp_path / "m.json"), *words], catch_exceptions=False
        )
