"""The mirror's HTTP interface for Python: a typed client, and in ``paymirror.webhooks`` the receiver's side.

``paymirror.klarna`` is apart from both: it reads a Klarna US session without an orchestrator.
"""

from .client import Client
from .events import Received, UnreadableEvent
from .problems import (
    BadRequest,
    Conflict,
    ConnectionFailed,
    Error,
    Forbidden,
    KeyInUse,
    KeyReused,
    NotFound,
    Problem,
    ServerError,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    Unprocessable,
)
from .version import version as __version__

__all__ = [
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "Error",
    "Forbidden",
    "KeyInUse",
    "KeyReused",
    "NotFound",
    "Problem",
    "Received",
    "ServerError",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "UnreadableEvent",
    "Unprocessable",
    "__version__",
]
