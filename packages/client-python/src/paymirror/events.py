"""An event as it arrives, over a webhook or over server-sent events. It says that something happened and where to look."""

from dataclasses import dataclass
from typing import Any, cast

from .models import Event
from .problems import Error


class UnreadableEvent(Error):
    """What arrived is no event."""


@dataclass(frozen=True)
class Received:
    """``id`` stays the same however often the event is sent: what was handled under it needs no second handling."""

    id: str
    event: Event


def event_of(document: Any) -> Event:
    """An event from its JSON. Types and members this version does not know pass."""
    if isinstance(document, dict):
        event = cast(dict[str, Any], document)
        if isinstance(event.get("type"), str) and isinstance(event.get("timestamp"), str):
            if isinstance(event.get("data"), dict):
                return cast(Event, event)
    raise UnreadableEvent("an event has a type, a timestamp and data")
