"""A campaign of a million creatives with a past, written by the database itself, for `bench_labelling`."""

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.db import Database
from political_ads.actions.campaigns import CampaignForm, create_campaign, keep_questionnaire
from political_ads.actions.contributors import contributor_of
from political_ads.models import Campaign
from political_ads.schemas import Rules
from political_ads.sources import shipped

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SLUG = "million"
TOGETHER = 3  # volunteers who answered the same creatives before
OPEN_OF_OLD = 5  # one in so many of these creatives is still open

NUMBERS = {
    "postgresql": "SELECT generate_series(CAST(:low AS integer), CAST(:high AS integer)) AS n",
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM numbers WHERE n < :high) SELECT n FROM numbers",
}
CREATIVES = """
INSERT INTO ads_creative (id, text_hash, ad_id, text, title, language, page_name, page_names, ads, pages, currency, warning, created_at)
SELECT n, CAST(n AS varchar(32)), NULL,
  'The council decides on the tram line number ' || n || ' of our town. Come and say what you think, bring your neighbours, and tell '
  || 'us at the market on Saturday what should be done about buses, bicycles and the bridge. Paid for by the friends of line ' || n,
  '', 'en', 'Page ' || (n % 5000), '', 1, 1, '', '', :at
FROM ({numbers}) AS source
"""
ITEMS = """
INSERT INTO ads_item (id, campaign_id, creative_id, language, gold, sampled, shuffle, state, answers, unreadable, free, priority, disputed)
SELECT n, :campaign, n, 'en', false, false, CAST((n * CAST(1103515245 AS bigint) + 12345) % 2147483647 AS integer),
  CASE WHEN n > :old THEN 'open' WHEN n % {open} = 0 THEN 'open' ELSE 'retired' END,
  CASE WHEN n > :old THEN 0 ELSE {together} END, 0, CASE WHEN n > :old THEN 9 ELSE 9 - {together} END,
  CASE WHEN n % 1000 = 7 THEN 0.5 + (n % 997) / 2000.0 ELSE 0 END, false
FROM ({numbers}) AS source
"""
LEASES = """
INSERT INTO ads_lease (campaign_id, item_id, contributor_id, drawn, state, at, until)
SELECT :campaign, n, :contributor, 'nearest', 'answered', :at, :at FROM ({numbers}) AS source
"""
ANSWERS = """
INSERT INTO ads_answer (campaign_id, item_id, contributor_id, questionnaire_id, client_key, answers, highlights, flag, comment, seconds,
  drawn, gold_right, counted, at)
SELECT :campaign, n, :contributor, :questionnaire, {key}, {said}, {none}, '', '', 4, 'nearest', NULL, true, :at
FROM ({numbers}) AS source
"""
KEYS = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
SAID = '{{"political": "{option}"}}'

DOUBLE = {
    "answers of one person on one creative, beyond the first": "SELECT COALESCE(SUM(times - 1), 0) FROM (SELECT COUNT(*) AS times FROM ads_answer GROUP BY item_id, contributor_id) AS each_one",
    "creatives with more answers and leases than places": "SELECT COUNT(*) FROM ads_item WHERE free < 0 OR answers > 9",
    "creatives whose places do not add up": "SELECT COUNT(*) FROM ads_item WHERE state = 'open' AND free <> 9 - answers - (SELECT COUNT(*) FROM ads_lease WHERE item_id = ads_item.id AND ads_lease.state = 'held')",
    "answers that were given and are not stored": "SELECT :given - COUNT(*) FROM ads_answer WHERE at >= :began",
}


def fill(database: Database, creatives: int, volunteers: int, before: int) -> list[int]:
    """Fill an empty database; return the volunteers' contributor ids.

    `before`: creatives that each volunteer answered in the past, the same ones as two others. Four in five of these are retired.
    """
    old = before * (volunteers // TOGETHER)
    with database.write() as session:
        campaign = _campaign(session)
        _run(session, CREATIVES, 1, creatives, at=AT)
        _run(session, ITEMS, 1, creatives, campaign=campaign.id, old=old)
        people = [contributor_of(session, operator(), f"volunteer {n}", at=AT).id for n in range(volunteers)]
        campaign.state = "open"
        for number, contributor in enumerate(people[: volunteers // TOGETHER * TOGETHER]):
            low = number // TOGETHER * before + 1
            option = ("actor", "issue", "no")[number % TOGETHER]
            said = {"campaign": campaign.id, "contributor": contributor, "at": AT - timedelta(days=9)}
            _run(session, LEASES, low, low + before - 1, **said)
            _run(
                session, ANSWERS, low, low + before - 1, option=option,
                questionnaire=campaign.questionnaire_id, **said,
            )  # fmt: skip
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with database.write() as session:
            session.execute(text("ANALYZE"))
    return people


def further_answers(rng: np.random.Generator) -> dict[str, object]:
    """Return what somebody says: half of them the main question alone, half everything that is asked."""
    main = str(rng.choice(["actor", "issue", "no"], p=[0.3, 0.3, 0.4]))
    if main == "no" or rng.random() < 0.5:
        return {"political": main}
    return {
        "political": main,
        "sponsor": "named",
        "purpose": tuple(rng.choice(["vote", "donate", "petition", "learn"], 2, replace=False).tolist()),
        "tone": str(rng.choice(["promote", "attack", "none"])),
        "topics": ("transport", "environment"),
        "flags": (),
    }


def books(database: Database, given: int, began: object) -> dict[str, int]:
    """Check that nothing was given twice or lost: all zero."""
    found = {}
    with database.read() as session:
        for name, query in DOUBLE.items():
            values = {"given": given, "began": began} if ":given" in query else {}
            found[name] = int(session.execute(text(query), values).scalar_one())
    return found


def _campaign(session: Session) -> Campaign:
    kept = keep_questionnaire(session, operator(), shipped.questionnaires()[shipped.DEFAULT], at=AT)
    rules = Rules(quiz_questions=0, quiz_right=0, per_hour=10_000)
    form = CampaignForm(SLUG, {"en": "A million creatives"}, kept.id, rules=rules)
    return create_campaign(session, operator(), form, at=AT)


def _run(
    session: Session, statement: str, low: int, high: int, *, option: str = "no", **given: object
) -> None:
    dialect = session.get_bind().dialect.name
    as_json = "CAST('{}' AS jsonb)" if dialect == "postgresql" else "'{}'"
    written = statement.format(
        numbers=NUMBERS[dialect],
        open=OPEN_OF_OLD,
        together=TOGETHER,
        key=KEYS[dialect],
        said=as_json.format(SAID.format(option=option)).replace(":", "\\:"),
        none=as_json.format("[]"),
    )
    session.execute(text(written), {"low": low, "high": high, **given})
    if dialect == "postgresql":
        for table in ("ads_creative", "ads_item"):
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), :high)"), {"high": high}
            )
