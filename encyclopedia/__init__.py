"""The encyclopedia of practices, tools, actors and case studies (not built yet)."""
