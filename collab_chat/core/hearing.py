"""Which of the other tools' events become signals. The thresholds stand here and in docs/guides/alerts-in.md, nowhere else.

They keep the list short; they are no finding. Nobody has measured what they would miss: a person can always raise what they do not.
"""

ACCOUNTS = 10  # of a batch: in a smaller one a share says nothing
AUTOMATED = 5  # accounts that look automated at the stated error level ...
SHARE = 0.10  # ... and their share: twice what the level alone (5 %) would find among people
PEOPLE = 2  # volunteers who gave a flag
FLAGS = frozenset({"misleading", "voting_procedure", "imitates_news", "foreign"})


def batch_is_signal(accounts: int, likely_automated: int) -> bool:
    """Say whether a scored batch is worth a look."""
    return accounts >= ACCOUNTS and likely_automated >= AUTOMATED and likely_automated >= SHARE * accounts


def flag_is_signal(flag: str, people: int) -> bool:
    """Say whether a flag that stands on an ad is worth a look."""
    return flag in FLAGS and people >= PEOPLE
