"""Plain computing on entries: text, merge, difference, links. No database, web, network or clock."""
