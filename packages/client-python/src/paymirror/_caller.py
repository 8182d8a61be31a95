"""Calls of the interface: the key, JSON, problems, and what is asked again.

Reads, and creating calls with their idempotency key, are repeated a few times; any other call is sent once. The key is
put on the wire and nowhere else.
"""

import json
import random
import re
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from ._transport import Answer, Query, Stream, Transport
from .problems import ConnectionFailed, Error, KeyInUse, Problem, UnexpectedAnswer, problem_of

_first_pause = 0.5
_key = re.compile(r"[\x21-\x7e]{1,200}")


def seconds_of(retry_after: str | None, now: float) -> float | None:
    """How long a ``Retry-After`` asks to wait: seconds, or the time until a date. None where it says neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        at: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(at.timestamp() - now, 0.0)


class Caller:
    def __init__(
        self, transport: Transport, api_key: str, *, retries: int, longest_wait: float, sleep: Callable[[float], None]
    ) -> None:
        # An invalid header would be quoted by http.client, key and all.
        if not re.fullmatch(r"[\x21-\x7e]+", api_key):
            raise ValueError("the API key must be printable, without spaces; it is not shown here")

        def authorized(headers: Mapping[str, str]) -> dict[str, str]:
            return {"authorization": f"Bearer {api_key}", **headers}

        self._authorized = authorized
        self._transport = transport
        self._retries = retries
        self._longest_wait = longest_wait
        self.sleep = sleep

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client holds an API key and is not pickled")

    def read(self, path: str, query: Query | None = None) -> Any:
        """Reads JSON; repeated."""
        return _json(self._repeated("GET", path, query=query, headers={"accept": "application/json"}))

    def download(self, path: str) -> bytes:
        """Reads a document as it is; repeated."""
        return self._repeated("GET", path, headers={}).body

    def create(
        self,
        path: str,
        body: Any = None,
        *,
        idempotency_key: str | None,
        query: Query | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Makes at most one thing however often it is sent; repeated. ``bytes`` are sent as a file, else as JSON."""
        key = str(uuid.uuid4()) if idempotency_key is None else idempotency_key
        if not _key.fullmatch(key):
            raise ValueError("an idempotency key is 1 to 200 printable characters without spaces")
        headers, content = _content(body)
        headers["idempotency-key"] = key
        try:
            return _json(
                self._repeated("POST", path, query=query, headers=headers, body=content, timeout=timeout)
            )
        except Error as error:
            error.idempotency_key = key
            raise

    def act(self, method: str, path: str, body: Any = None, *, timeout: float | None = None) -> Any:
        """Does something; sent once."""
        headers, content = _content(body)
        answer = self._transport.send(
            method, path, headers=self._authorized(headers), body=content, timeout=timeout, repeatable=False
        )
        return _json(_good(answer))

    def open(self, path: str, query: Query, headers: Mapping[str, str], *, idle_timeout: float) -> Stream:
        """Begins an answer without an end; sent once."""
        stream = self._transport.open(
            path, query=query, headers=self._authorized(headers), idle_timeout=idle_timeout
        )
        if stream.status == 200:
            return stream
        try:
            body = stream.read()
        finally:
            stream.close()
        _good(Answer(stream.status, stream.headers, body))
        raise UnexpectedAnswer(f"{path} was answered {stream.status}")

    def rest(self, error: Error, tries: int) -> None:
        """Waits before another try, as long as the server says. Raises the error where that is too long.

        Where the server says nothing it waits longer after each failure, half of it by chance, at most half a minute.
        """
        retry_after = error.retry_after if isinstance(error, Problem) else None
        if retry_after is None:
            self.sleep(min(_first_pause * 2 ** min(tries, 10), 30) * random.uniform(0.5, 1))
        elif retry_after > self._longest_wait:
            raise error
        else:
            self.sleep(retry_after)

    def _repeated(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Answer:
        for tries in range(self._retries + 1):
            last = tries == self._retries
            try:
                return _good(
                    self._transport.send(
                        method, path, query=query, headers=self._authorized(headers), body=body, timeout=timeout
                    )
                )
            except (ConnectionFailed, Problem) as error:
                if last or not _is_passing(method, error):
                    raise
                self.rest(error, tries)
        raise AssertionError("a call ends in its last try")


def _is_passing(method: str, error: Error) -> bool:
    """Whether asking again may help. A 503 without a word of when (the host lacks something) is final for a creation."""
    if not isinstance(error, Problem) or error.status == 429 or isinstance(error, KeyInUse):
        return True
    return error.status in (502, 503, 504) and (method == "GET" or error.retry_after is not None)


def _content(body: Any) -> tuple[dict[str, str], bytes | None]:
    headers = {"accept": "application/json"}
    if body is None:
        return headers, None
    if isinstance(body, bytes):
        return {**headers, "content-type": "application/octet-stream"}, body
    return {**headers, "content-type": "application/json"}, json.dumps(body).encode()


def _good(answer: Answer) -> Answer:
    if answer.status < 400:
        return answer
    raise problem_of(
        answer.status,
        answer.headers.get("content-type", ""),
        answer.body,
        seconds_of(answer.headers.get("retry-after"), time.time()),
    )


def _json(answer: Answer) -> Any:
    if not answer.body:
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        # The cause would quote what was answered.
        raise UnexpectedAnswer(f"an answer of {answer.status} is not JSON") from None
