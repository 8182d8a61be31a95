"""One origin over HTTP, its connections kept alive and shared by any number of threads.

It follows no redirect, checks certificates, and reads an answer to its end within one time limit. What it raises says
whether the request may have arrived; it repeats nothing but a request that met a connection the server had let go.
"""

import http.client
import ipaddress
import re
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from .problems import ConnectionFailed, UnexpectedAnswer

Query = Mapping[str, str | int | None]

_kept_idle = 8
_sendable = re.compile(r"[\x20-\x7e]*")
_longest_answer = 256 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def segment(text: str) -> str:
    """An id as one part of a path."""
    if text in ("", ".", ".."):
        raise ValueError("an id cannot be empty, '.' or '..'")
    return quote(text, safe="")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Connection:
    """A connection and its socket, which http.client lets go of once an answer ends it."""

    def __init__(self, http_connection: http.client.HTTPConnection) -> None:
        self.http = http_connection
        http_connection.connect()
        self.socket: socket.socket = http_connection.sock

    def close(self) -> None:
        self.http.close()

    def is_let_go(self) -> bool:
        """Whether the far side has ended it: an idle connection has nothing to say, unless that it is over."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            return bool(selector.select(0))


class Stream:
    """An answer that is read as it comes, on a connection of its own."""

    def __init__(self, connection: _Connection, response: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.getheaders()}

    def read(self) -> bytes:
        """What has come since, at least a byte; nothing once the answer has ended."""
        try:
            return self._response.read1(65_536)
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionFailed(f"the answer stopped ({type(error).__name__})", sent=True) from None

    def close(self) -> None:
        self._response.close()
        self._connection.close()


class Transport:
    """Sends requests to one origin. ``base_url`` is https; plain http is for this machine, unless it is allowed."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float,
        ssl_context: ssl.SSLContext | None = None,
        allow_plain_http: bool = False,
        user_agent: str,
    ) -> None:
        parts = urlsplit(base_url)
        host = parts.hostname
        if parts.scheme not in ("https", "http") or host is None:
            raise ValueError("base_url must be an https address, as https://mirror.example")
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise ValueError("base_url must be an address without a user, a query or a fragment")
        if parts.scheme == "http" and not (allow_plain_http or _is_loopback(host)):
            raise ValueError("base_url must be https: over plain http everyone on the way reads what is sent")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._host = host
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        self._tls = (ssl_context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._timeout = timeout
        self._user_agent = user_agent
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout: float | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """Sends a request and reads its answer. One that is not ``repeatable`` gets a connection of its own."""
        deadline = time.monotonic() + (self._timeout if timeout is None else timeout)
        target = self._target(path, query)
        connection = self._take() if repeatable else None
        if connection is not None:
            try:
                response = self._ask(connection, deadline, method, target, headers, body)
            except (ConnectionError, http.client.RemoteDisconnected):
                connection.close()
                connection = None
            except BaseException as error:
                connection.close()
                raise self._failed(error) from None
            else:
                return self._read(connection, response, deadline)
        connection = self._connect(deadline)
        try:
            response = self._ask(connection, deadline, method, target, headers, body)
        except BaseException as error:
            connection.close()
            raise self._failed(error) from None
        return self._read(connection, response, deadline)

    def open(
        self, path: str, *, query: Query | None = None, headers: Mapping[str, str], idle_timeout: float
    ) -> Stream:
        """Begins an answer without an end. It fails where nothing at all comes for ``idle_timeout`` seconds."""
        deadline = time.monotonic() + self._timeout
        connection = self._connect(deadline)
        try:
            response = self._ask(connection, deadline, "GET", self._target(path, query), headers, None)
        except BaseException as error:
            connection.close()
            raise self._failed(error) from None
        connection.socket.settimeout(idle_timeout)
        return Stream(connection, response)

    def close(self) -> None:
        """Lets go of every idle connection. A request after that still works, and keeps none."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for connection in idle:
            connection.close()

    def _target(self, path: str, query: Query | None) -> str:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        return self._prefix + path + (f"?{urlencode(given)}" if given else "")

    def _take(self) -> _Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if not connection.is_let_go():
                return connection
            connection.close()

    def _keep(self, connection: _Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _kept_idle:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self, deadline: float) -> _Connection:
        left = max(deadline - time.monotonic(), 0.001)
        try:
            if self._tls is None:
                return _Connection(http.client.HTTPConnection(self._host, self._port, timeout=left))
            return _Connection(http.client.HTTPSConnection(self._host, self._port, timeout=left, context=self._tls))
        except OSError as error:
            raise ConnectionFailed(f"no connection to {self.origin} ({error})", sent=False) from None

    def _ask(
        self,
        connection: _Connection,
        deadline: float,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> http.client.HTTPResponse:
        for name, value in headers.items():
            # http.client would quote it, and it may be a secret.
            if not _sendable.fullmatch(value):
                raise ValueError(f"what is to be sent as {name} has characters that cannot be sent")
        connection.socket.settimeout(max(deadline - time.monotonic(), 0.001))
        connection.http.request(method, target, body, {"user-agent": self._user_agent, **headers})
        return connection.http.getresponse()

    def _read(self, connection: _Connection, response: http.client.HTTPResponse, deadline: float) -> Answer:
        try:
            body = _body(connection, response, deadline)
        except BaseException as error:
            response.close()
            connection.close()
            raise self._failed(error) from None
        ends = response.will_close
        response.close()
        if ends:
            connection.close()
        else:
            self._keep(connection)
        if 300 <= response.status < 400 and response.status != 304:
            raise UnexpectedAnswer(f"{self.origin} redirects elsewhere ({response.status}), which is not followed")
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def _failed(self, error: BaseException) -> BaseException:
        if isinstance(error, TimeoutError):
            return ConnectionFailed(f"no answer from {self.origin} within the time limit", sent=True)
        if isinstance(error, (OSError, http.client.HTTPException)):
            return ConnectionFailed(
                f"the connection to {self.origin} ended before the answer was complete ({type(error).__name__})",
                sent=True,
            )
        return error


def _body(connection: _Connection, response: http.client.HTTPResponse, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not response.isclosed():
            connection.socket.settimeout(left)
        part = response.read1(65_536)
        if not part:
            # read1 says nothing of an answer that is shorter than it was announced.
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
            return b"".join(parts)
        size += len(part)
        if size > _longest_answer:
            raise UnexpectedAnswer(f"the answer is longer than {_longest_answer >> 20} MiB")
        parts.append(part)
