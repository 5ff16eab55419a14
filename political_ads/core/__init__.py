"""Plain computing on answers, texts and questionnaires. No database, web, network or clock."""
