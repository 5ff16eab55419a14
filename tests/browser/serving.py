"""A toolkit served on a free port, in this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from common.launch import create_app
from common.settings import Settings


@contextmanager
def served_toolkit(folder: Path, **given: Any) -> Iterator[FastAPI]:
    """Serve a toolkit whose data lie in `folder`; `given` are further settings. Its address is `settings.public_url`."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings(_env_file=None, data_dir=folder, public_url=url, log_level="error", **given)
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    yield app
    server.should_exit = True
    thread.join(20)
