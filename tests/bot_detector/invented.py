"""An account that exists nowhere, as every door takes it."""

ACCOUNT = {
    "platform": "x",
    "account_id": "42",
    "handle": "invented_42",
    "display_name": "Invented",
    "description": "Nobody at all, with #tags and https://example.org",
    "created_at": "2019-05-01T00:00:00Z",
    "observed_at": "2026-10-01T00:00:00Z",
    "followers": 120,
    "friends": 300,
    "statuses": 4200,
    "favourites": 900,
    "listed": 2,
}
