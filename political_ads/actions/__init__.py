"""The only code that writes ads, campaigns, answers and labels."""
