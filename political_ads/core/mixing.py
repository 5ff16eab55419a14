"""What kind of creative a volunteer is given next: gold, nearest to done, least sure, or at random."""

from hashlib import blake2b

import numpy as np

from political_ads.schemas import Mix, Rules

KINDS = ("nearest", "uncertain", "random")


def gold_due(position: int, rules: Rules, seed: int) -> bool:
    """Say whether a volunteer's answer number `position` (from 0) should be to gold.

    One place in each block of `gold_every_first` answers (later: `gold_every`), another place in each block, so that the share
    is exact and the place cannot be guessed. `seed`: a secret number of the volunteer's in this campaign. Being a function of
    the position, it cannot be dodged: whoever skips gold is due for gold again.
    """
    early = position < rules.gold_first
    every = rules.gold_every_first if early else rules.gold_every
    if every == 0:
        return False
    block, place = divmod(position if early else position - rules.gold_first, every)
    digest = blake2b(f"{seed}:{early}:{block}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % every == place


def draw_kind(mix: Mix, rng: np.random.Generator) -> str:
    """Draw one of `KINDS` with the shares of the mix."""
    return str(rng.choice(KINDS, p=[mix.nearest, mix.uncertain, mix.random]))


def kinds_in_turn(first: str) -> tuple[str, ...]:
    """Return the kinds to try, the drawn one first: where nothing of that kind waits, the others are better than nothing.

    The random set is tried last unless it was drawn, and is entered only through a draw of its own; see `actions.assignment`.
    """
    return (first, *(kind for kind in KINDS if kind != first))
