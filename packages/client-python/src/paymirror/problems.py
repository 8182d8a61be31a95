"""What goes wrong: no answer, an answer nobody can read, or a problem the server tells (RFC 9457).

Nothing here holds the API key, a request's body or an answer's body.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, cast


class Error(Exception):
    """The base of everything this package raises on its own account."""

    idempotency_key: str | None = None
    """Of a creating call that failed: send the call again with it, and at most one thing is made."""


class ConnectionFailed(Error):
    """No whole answer came. ``sent`` says whether the request may have reached the server."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class UnexpectedAnswer(Error):
    """An answer that is not as the interface says: a redirect, or something that is not JSON."""


class Problem(Error):
    """The server refused. ``type`` is for programs and never changes; ``detail`` says what to do."""

    name: ClassVar[str] = ""
    """The last part of ``type`` where the class stands for one type; empty where it stands for a status."""

    def __init__(
        self,
        *,
        status: int,
        type: str = "about:blank",
        title: str = "",
        detail: str | None = None,
        instance: str | None = None,
        retry_after: float | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{title or 'The server refused'} ({status})" + (f": {detail}" if detail else ""))
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.instance = instance
        self.retry_after = retry_after
        """Seconds after which asking again may help, where the server says so."""
        self.members: Mapping[str, Any] = members or {}
        """The whole problem document, with members this version does not know."""


class BadRequest(Problem):
    """400: the request is not as the interface says."""


class Unauthorized(Problem):
    """401: no valid API key."""

    name = "unauthorized"


class Forbidden(Problem):
    """403: the key lacks the scope in ``scope``."""

    name = "scope"

    @property
    def scope(self) -> str | None:
        scope = self.members.get("scope")
        return scope if isinstance(scope, str) else None


class NotFound(Problem):
    """404: there is no such thing, or it is not yours."""

    name = "not-found"


class Conflict(Problem):
    """409: it cannot be done as things stand."""

    name = "conflict"


class KeyInUse(Conflict):
    """409: the first request with this idempotency key has not ended."""

    name = "idempotency-key-in-use"


class Unprocessable(Problem):
    """422: what was sent can be read and not be done."""

    name = "unprocessable"


class KeyReused(Unprocessable):
    """422: the idempotency key was used for another request."""

    name = "idempotency-key-reused"


class TooManyRequests(Problem):
    """429: too many requests with this key; ``retry_after`` says how long to wait."""

    name = "rate-limit"


class ServerError(Problem):
    """500 and above: the server could not."""


class Unavailable(ServerError):
    """503: it cannot be done now, and nothing was changed."""

    name = "unavailable"


_classes: tuple[type[Problem], ...] = (
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    KeyInUse,
    Unprocessable,
    KeyReused,
    TooManyRequests,
    Unavailable,
)
_by_type = {f"urn:paymirror:problem:{one.name}": one for one in _classes}
_by_status: dict[int, type[Problem]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Unprocessable,
    429: TooManyRequests,
    503: Unavailable,
}


def class_of(status: int, type: str) -> type[Problem]:
    """The class for a problem: by its type, else by its status, so that a new type is still caught."""
    return _by_type.get(type) or _by_status.get(status) or (ServerError if status >= 500 else Problem)


def problem_of(status: int, content_type: str, body: bytes, retry_after: float | None) -> Problem:
    """The problem an answer tells. One that is no problem document (a proxy's page) is told by its status alone."""
    document: Mapping[str, Any] = {}
    if "json" in content_type.lower():
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if isinstance(told, dict):
            document = cast(dict[str, Any], told)

    def text(name: str) -> str | None:
        value = document.get(name)
        return value if isinstance(value, str) else None

    type = text("type") or "about:blank"
    return class_of(status, type)(
        status=status,
        type=type,
        title=text("title") or "",
        detail=text("detail"),
        instance=text("instance"),
        retry_after=retry_after,
        members=document,
    )
