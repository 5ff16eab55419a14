"""The names that tables give to an account's fields, with how surely each means what. Data only.

Collected from the platforms' own field names, from the tools that flatten them (twarc-csv, pandas.json_normalize) and from the
published research sets. Left out on purpose: `bot` and `label` (in research sets the answer, not the account's own word),
`indexed_at` (when an index took the record in, not when somebody looked), `following` as a yes/no of the person who asked.
"""

# What flattening tools put before a field's name.
PREFIXES = (
    "user_public_metrics_",
    "author_public_metrics_",
    "public_metrics_",
    "user_",
    "author_",
    "account_",
    "profile_",
    "data_",
)

_NAMES: dict[str, tuple[tuple[float, str], ...]] = {
    "platform": ((1.0, "platform"), (0.9, "network social_network source_platform")),
    "account_id": (
        (1.0, "account_id id_str user_id userid author_id did"),
        (0.95, "id uid twitter_id user_id_str"),
        (0.6, "uri acct_id"),
    ),
    "handle": (
        (1.0, "handle screen_name screenname acct username"),
        (0.9, "login"),
        (0.5, "account author user nickname"),
    ),
    "display_name": (
        (1.0, "display_name displayname"),
        (0.9, "full_name fullname"),
    ),
    "description": (
        (1.0, "description note"),
        (0.95, "bio biography user_description"),
        (0.6, "about profile_text"),
    ),
    "location": ((1.0, "location"), (0.6, "place city")),
    "url": ((1.0, "url"), (0.9, "website expanded_url")),
    "language": (
        (1.0, "language lang"),
        (0.9, "account_language user_lang"),
    ),
    "created_at": (
        (1.0, "created_at account_created_at"),
        (
            0.95,
            "account_creation_date creation_date date_created created join_date joined joined_at registered_at",
        ),
        (0.6, "created_date registered registration_date"),
    ),
    "observed_at": (
        (1.0, "observed_at probe_at probe_time probe_timestamp"),
        (0.95, "crawled_at collected_at retrieved_at scraped_at fetched_at snapshot_at observation_date"),
        (0.5, "timestamp date updated snapshot_date"),
    ),
    "followers": (
        (1.0, "followers followers_count"),
        (0.95, "follower_count n_followers number_of_followers nb_followers"),
    ),
    "friends": (
        (1.0, "friends friends_count following_count follows_count"),
        (0.95, "following followings number_of_followings n_friends n_following followees"),
        (0.7, "follows"),
    ),
    "statuses": (
        (1.0, "statuses statuses_count tweet_count tweets_count posts_count"),
        (0.95, "status_count post_count number_of_tweets n_tweets n_posts tweets posts"),
    ),
    "favourites": (
        (1.0, "favourites favourites_count"),
        (0.95, "favorites favorites_count favourite_count favorite_count likes_count like_count likes"),
    ),
    "listed": ((1.0, "listed listed_count"), (0.7, "lists lists_count")),
    "verified": ((1.0, "verified is_verified"), (0.7, "blue_verified is_blue_verified")),
    "protected": ((1.0, "protected"), (0.9, "is_protected"), (0.7, "private is_private locked")),
    "default_profile": ((1.0, "default_profile"),),
    "default_profile_image": ((1.0, "default_profile_image"),),
    "declared_bot": ((1.0, "declared_bot"),),
}

# `name` is judged beside the other columns (see `mapping`); a profile's own page is not the link that the person chose.
_SPECIAL: dict[str, tuple[tuple[str, float], ...]] = {"name": (("display_name", 1.0),), "profile_url": ()}


def _by_name(table: dict[str, tuple[tuple[float, str], ...]]) -> dict[str, tuple[tuple[str, float], ...]]:
    meanings: dict[str, list[tuple[str, float]]] = {}
    for target, groups in table.items():
        for confidence, names in groups:
            for name in names.split():
                meanings.setdefault(name, []).append((target, confidence))
    return {name: tuple(found) for name, found in meanings.items()} | _SPECIAL


KNOWN_NAMES = _by_name(_NAMES)


def _hint(names: str) -> frozenset[str]:
    return frozenset(names.split())


# A platform, the (plain) names that only its tables have together, and how surely they tell it.
PLATFORM_HINTS: tuple[tuple[str, frozenset[str], float], ...] = (
    ("x", _hint("screen_name friends_count"), 1.0),
    ("x", _hint("screen_name statuses_count"), 1.0),
    ("x", _hint("screen_name favourites_count"), 1.0),
    ("x", _hint("username tweet_count"), 1.0),
    ("mastodon", _hint("acct statuses_count"), 1.0),
    ("bluesky", _hint("did handle"), 1.0),
    ("x", _hint("tweet_count"), 0.9),
    ("x", _hint("screen_name"), 0.8),
    ("mastodon", _hint("acct"), 0.8),
    ("bluesky", _hint("did"), 0.8),
)
