"""A mail server on this machine, small enough to read: it takes letters, or refuses them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Letters:
    """What came in, and what the server answers to a letter's sender."""

    port: int = 0
    got: list[str] = field(default_factory=list)
    answer: str = "250 ok"


@contextmanager
def mail_server() -> Iterator[Letters]:
    """Serve SMTP (RFC 5321) on a free port."""
    letters = Letters()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            while line := self.rfile.readline().decode():
                word = line[:4].upper().strip()
                if word == "DATA":
                    self._say("354 go on")
                    lines = []
                    while (part := self.rfile.readline().decode()) not in {".\r\n", ""}:
                        lines.append(part)
                    letters.got.append("".join(lines))
                    self._say("250 ok")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say(letters.answer if word == "MAIL" else "250 ok")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        letters.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield letters
        finally:
            server.shutdown()
