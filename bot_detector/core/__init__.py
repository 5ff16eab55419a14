"""Plain computing for the bot detector: no database, web, network or clock."""
