"""The door as it is served: a real process, real sockets, and what happens when somebody does not behave."""

import json
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rooms import leave_room
from common.accounts.actions.people import make_token
from common.accounts.actions.sign_ins import close_sign_in
from common.accounts.actors import ANONYMOUS
from common.accounts.queries import actor_of_cookie
from common.clock import now
from tests.collab_chat.live.serving import Place, Server, Wire, furnished

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(sqlite_template_for_module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = furnished(sqlite_template_for_module, tmp_path_factory.mktemp("place"))
    yield made
    made.database.close()
