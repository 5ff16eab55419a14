"""The application for a server process: `uvicorn --factory common.asgi:create`."""

from fastapi import FastAPI

from common.settings import pin_threads, read_settings

pin_threads()  # before numeric libraries load; a server's new process starts here

from common.launch import create_app  # noqa: E402


def create() -> FastAPI:
    """Build the application from the settings in force."""
    return create_app(read_settings())
