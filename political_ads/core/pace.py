"""Whether somebody had the time to read, and whether a way of answering deserves a coordinator's look."""

WORDLESS_SECONDS = 0.3  # to see the creative and press a key
CHARACTERS_A_SECOND = 100.0
"""Far above silent reading (238 words a minute, some 24 characters a second: Brysbaert 2019, DOI 10.1016/j.jml.2019.104047):
four times that is skimming, and whoever is faster did not look."""
MOST_CHARACTERS = 300  # who has read so much may have seen enough
FEWEST_FAST, FAST_SHARE = 10, 0.5
FEWEST_GOLD, GOLD_SHARE = 6, 0.5


def least_seconds(characters: int) -> float:
    """Return the time below which nobody has looked at a text of so many characters, in seconds (0.3 to 3.3)."""
    return WORDLESS_SECONDS + min(characters, MOST_CHARACTERS) / CHARACTERS_A_SECOND


def believed_seconds(said: float, since_lease: float) -> float:
    """Return how long a creative was on screen: what the browser said, never more than the server knows to be possible."""
    return max(min(said, since_lease), 0.0)


def flag_of(given: int, fast: int, gold_seen: int, gold_right: int) -> str:
    """Return why a coordinator should look at a contributor's answers: fast, gold, or nothing (empty).

    `fast`: at least half of the answers, and no fewer than 10, came before the text could be looked at. `gold`: of at least six
    creatives whose answer is known, fewer than half were answered rightly. A flag excludes nobody: people decide.
    """
    if fast >= FEWEST_FAST and fast >= FAST_SHARE * given:
        return "fast"
    if gold_seen >= FEWEST_GOLD and gold_right < GOLD_SHARE * gold_seen:
        return "gold"
    return ""
