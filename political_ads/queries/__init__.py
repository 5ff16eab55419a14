"""The only code that reads ads, campaigns, answers and labels."""
