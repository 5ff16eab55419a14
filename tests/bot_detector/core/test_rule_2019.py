from datetime import timedelta

import pytest

from bot_detector.core.baselines.rule_2019 import rule_2019
from tests.bot_detector.core.accounts import PROBE, one

YOUNG = PROBE - timedelta(days=30)


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"friends": 300.0, "followers": 100.0}, True),
        ({"friends": 299.0, "followers": 100.0}, False),
        ({"friends": 5.0, "followers": 0.0}, True),
        ({"friends": 0.0, "followers": 0.0}, False),
        ({"friends": 300.0, "followers": 100.0, "statuses": 16.0}, False),
        ({"friends": 300.0, "followers": 100.0, "created_at": PROBE - timedelta(days=120)}, False),
        ({"friends": None, "followers": 100.0}, False),
    ],
)
def test_rule(fields: dict[str, object], passes: bool) -> None:
    account = one(**({"created_at": YOUNG, "statuses": 15.0} | fields))
    assert rule_2019(account).tolist() == [passes]
