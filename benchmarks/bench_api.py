"""What one account, scored and explained through the API, takes: a real server on loopback, one client, durable writes.

    python benchmarks/bench_api.py [--requests 400]

Prints the median and the 99th percentile of the wall-clock time of `POST /api/v1/bots/scores` with one account, beside the same of
`GET /health/live` on the same server in the same run: what the machine, the network and the framework take for nothing.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import numpy as np

ACCOUNT = {
    "platform": "x",
    "account_id": "42",
    "handle": "invented_42",
    "display_name": "Invented",
    "description": "An account that exists nowhere, with #tags and https://example.org",
    "created_at": "2019-05-01T00:00:00Z",
    "observed_at": "2026-10-01T00:00:00Z",
    "followers": 120,
    "friends": 300,
    "statuses": 4200,
    "favourites": 900,
    "listed": 2,
}
WARM_UP = 30
MOST = 500  # below the API's own limit of 600 a minute


@contextmanager
def served() -> Iterator[str]:
    """Serve the toolkit on SQLite in a folder of its own, open to guests; yield its address."""
    with socket.socket() as one, tempfile.TemporaryDirectory() as folder:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        one.close()
        environment = {
            **os.environ,
            "DISINFO_DATA_DIR": folder,
            "DISINFO_OPEN_TOOLS": '["bot_detector"]',
            "DISINFO_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-c", "from common.cli import main; main()", "serve", "--port", str(port)]
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str) -> None:
    """Wait up to a minute for the server's answer."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(f"{address}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def timed(ask: Callable[[], httpx.Response], times: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of a request's time, in milliseconds."""
    taken = []
    for number in range(WARM_UP + times):
        began = time.perf_counter()
        answer = ask()
        if number >= WARM_UP:
            taken.append((time.perf_counter() - began) * 1_000)
        answer.raise_for_status()
    median, tail = np.quantile(taken, [0.5, 0.99])
    return float(median), float(tail)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="One account through the API.")
    parser.add_argument("--requests", type=int, default=400)
    times = min(parser.parse_args().requests, MOST)
    with (
        served() as address,
        httpx.Client(base_url=address, headers={"Accept": "application/json"}) as client,
    ):
        nothing = timed(lambda: client.get("/health/live"), times)
        score = timed(lambda: client.post("/api/v1/bots/scores", json={"account": ACCOUNT}), times)
    print(f"GET /health/live:          median {nothing[0]:6.1f} ms, p99 {nothing[1]:6.1f} ms")
    print(f"POST one account, explained: median {score[0]:6.1f} ms, p99 {score[1]:6.1f} ms")
    print(
        f"median ratio {score[0] / nothing[0]:.1f}; {times} requests each, one at a time. Target: p99 ≤ 25 ms."
    )


if __name__ == "__main__":
    main()
