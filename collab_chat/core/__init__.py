"""Plain computing: no database, no web, no network, no clock."""
