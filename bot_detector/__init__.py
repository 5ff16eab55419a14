"""The bot detector: how likely an account is automated, how sure that is, and why."""
