"""People, organisations, roles per tool, sign-in, invitations, API tokens and the audit log."""
