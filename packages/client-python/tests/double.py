"""A server made of the OpenAPI description, over a real socket: it refuses what the description does not allow, and answers
what it promises. Faults are put before answers: no server does them on demand.

It stands in for nothing that `paymirror serve` can be asked; for that see test_end_to_end.py.
"""

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .schema import Description

description = Description(
    json.loads((Path(__file__).parent.parent.parent / "api" / "openapi.json").read_text("utf-8"))
)

key = "pmk_double_7fQx-canary"


@dataclass
class Request:
    operation: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    """The request is taken and the connection ends instead of an answer."""


def problem(status: int, type: str, retry_after: int | None = None, **members: Any) -> Answer:
    document = {"type": type, "status": status, "title": "Refused", "detail": "As the test wants it.", **members}
    headers = {"content-type": "application/problem+json"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return Answer(status, json.dumps(document).encode(), headers)


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"content-type": "application/json"})


def _operations() -> list[tuple[str, re.Pattern[str], str, dict[str, Any]]]:
    found = []
    for template, methods in description.document["paths"].items():
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)))
        for method, operation in methods.items():
            found.append((method.upper(), pattern, operation["operationId"], operation))
    return found


operations = _operations()


class Double:
    """Closed by ``close``. ``faults`` are used up one by one, each instead of an answer.

    ``told`` has members that an operation's answer has instead of sampled ones.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: list[Answer] = []
        self.told: dict[str, dict[str, Any]] = {}
        self.stream: Callable[[Request, Callable[[bytes], None]], None] | None = None
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def _any(self) -> None:
                double._serve(self)

            do_GET = do_POST = do_PATCH = do_DELETE = _any

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", "0"))
        body = handler.rfile.read(length)
        url = urlsplit(handler.path)
        method = handler.command
        found = next(
            (one for one in operations if one[0] == method and one[1].fullmatch(url.path)), ("", None, "", {})
        )
        request = Request(
            operation=found[2],
            method=method,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=body,
            peer=handler.client_address,
        )
        self.requests.append(request)
        if request.operation == "feed.streamEvents" and self.stream is not None and not self.faults:
            self._stream(handler, request)
            return
        given = self.faults.pop(0) if self.faults else self._answer(request, found[3])
        if given.lost:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.send_response(given.status)
        for name, value in given.headers.items():
            handler.send_header(name, value)
        if given.status != 204:
            handler.send_header("content-length", str(len(given.body)))
        handler.end_headers()
        handler.wfile.write(given.body)

    def _stream(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        assert self.stream is not None
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()

        def send(part: bytes) -> None:
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")

        self.stream(request, send)
        handler.wfile.write(b"0\r\n\r\n")

    def _answer(self, request: Request, operation: dict[str, Any]) -> Answer:
        fault = _fault(request, operation)
        if fault:
            return problem(400, "about:blank", detail=fault)
        if operation.get("security") and request.headers.get("authorization") != f"Bearer {key}":
            return problem(401, "urn:paymirror:problem:unauthorized")
        status, success = next((int(code), one) for code, one in operation["responses"].items() if code[0] == "2")
        content = success.get("content", {})
        if not content:
            return Answer(status)
        [(type, media)] = content.items()
        if media["schema"].get("format") == "binary":
            return Answer(status, b'{"held": true}', {"content-type": type})
        body = description.sample(media["schema"])
        if request.operation in self.told:
            return answer({**body, **self.told[request.operation]}, status)
        if isinstance(body, dict) and "nextCursor" in body:
            # Two pages: the second is the last one.
            last = request.query.get("cursor") == "page two"
            if "hasMore" in body:
                body = {**body, "hasMore": not last, "nextCursor": "page three" if last else "page two"}
            elif last:
                del body["nextCursor"]
            else:
                body["nextCursor"] = "page two"
        return answer(body, status)


def _fault(request: Request, operation: dict[str, Any]) -> str | None:
    """Where a request is not as the description says."""
    if not operation:
        return f"no operation {request.method} {request.path}"
    parameters = operation.get("parameters", [])
    queries = {one["name"]: one for one in parameters if one["in"] == "query"}
    for name, value in request.query.items():
        if name not in queries:
            return f"?{name}: not known"
        schema = description.resolved(queries[name]["schema"])
        number = schema.get("type") in ("integer", "number")
        fault = description.fault(schema, int(value) if number else value, f"?{name}")
        if fault:
            return fault
    for one in parameters:
        place = request.query if one["in"] == "query" else request.headers if one["in"] == "header" else None
        if place is not None and one["required"] and one["name"] not in place:
            return f"{one['name']}: missing"
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return "a body where none is expected" if request.body else None
    media = content.get(request.headers.get("content-type", ""))
    if media is None:
        return "a body of another type"
    if media["schema"].get("format") == "binary":
        return None
    return description.fault(media["schema"], json.loads(request.body), "body")
