"""The simulated provider of apps/sandbox, as its own control paths let a test command it."""

import json
import os
import unittest
import urllib.request
from typing import Any

url = os.environ.get("PAYMIRROR_SANDBOX_URL")
needed = unittest.skipUnless(
    url, "PAYMIRROR_SANDBOX_URL names no sandbox: start one with `pnpm -s sandbox --port 4010` and name it"
)


def control(path: str, body: Any = None) -> Any:
    """A command, or a question where there is no body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/_sandbox/{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def fault(kind: str, *, path: str = "", skip: int = 0, times: int | str = 1, **more: Any) -> None:
    control("faults", {"fault": {"kind": kind, **more}, "path": path, "skip": skip, "times": times})
