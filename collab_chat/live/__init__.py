"""The live door: sockets, Server-Sent Events, long polling. `docs/reference/socket-protocol.md` says what travels."""
