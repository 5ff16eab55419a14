"""The application for a server process: `uvicorn --factory common.asgi:create`."""

import gc

from fastapi import FastAPI

from common.settings import pin_threads, read_settings

pin_threads()  # before numeric libraries load; a server's new process starts here

from common.launch import create_app  # noqa: E402


def create() -> FastAPI:
    """Build the application from the settings in force."""
    app = create_app(read_settings())
    gc.collect()
    gc.freeze()  # code and templates live as long as the process: looking through them again cost up to 50 ms a collection
    return app
