"""Readers of other people's files: from bytes to plain shapes and a report. Nothing here touches the database."""
