"""Where events are sent, what became of each, and sending them again. Receiving them is ``paymirror.webhooks``."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Literal, cast

from .._caller import Caller
from .._transport import segment
from ..models import (
    EventType,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEndpoint,
    WebhookEndpointStatus,
    WebhookEndpointWithSecret,
)
from ._pages import pages

_path = "/v1/webhook-endpoints"


class WebhookEndpoints:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, *, limit: int | None = None) -> Iterator[WebhookEndpoint]:
        return pages(self._caller, _path, {"limit": limit})

    def create(
        self, url: str, *, event_types: Sequence[EventType] | None = None, idempotency_key: str | None = None
    ) -> WebhookEndpointWithSecret:
        """Registers an https address, for every type of event unless said. Its secret is told this once."""
        body: dict[str, object] = {"url": url}
        if event_types is not None:
            body["eventTypes"] = [*event_types]
        return cast(WebhookEndpointWithSecret, self._caller.create(_path, body, idempotency_key=idempotency_key))

    def get(self, webhook_endpoint_id: str) -> WebhookEndpoint:
        return cast(WebhookEndpoint, self._caller.read(f"{_path}/{segment(webhook_endpoint_id)}"))

    def update(
        self,
        webhook_endpoint_id: str,
        *,
        url: str | None = None,
        event_types: Sequence[EventType] | Literal["all"] | None = None,
        status: WebhookEndpointStatus | None = None,
    ) -> WebhookEndpoint:
        """Changes what is given; enabling it again goes on with what is pending."""
        body: dict[str, object] = {}
        if url is not None:
            body["url"] = url
        if event_types is not None:
            body["eventTypes"] = None if event_types == "all" else [*event_types]
        if status is not None:
            body["status"] = status
        changed = self._caller.act("PATCH", f"{_path}/{segment(webhook_endpoint_id)}", body)
        return cast(WebhookEndpoint, changed)

    def delete(self, webhook_endpoint_id: str) -> None:
        """Removes an endpoint and what is pending for it."""
        self._caller.act("DELETE", f"{_path}/{segment(webhook_endpoint_id)}")

    def rotate_secret(
        self, webhook_endpoint_id: str, *, overlap_hours: int | None = None, idempotency_key: str | None = None
    ) -> WebhookEndpointWithSecret:
        """A new secret; the old one signs beside it for ``overlap_hours``, 24 unless said."""
        body = {} if overlap_hours is None else {"overlapHours": overlap_hours}
        path = f"{_path}/{segment(webhook_endpoint_id)}/rotate-secret"
        return cast(WebhookEndpointWithSecret, self._caller.create(path, body, idempotency_key=idempotency_key))

    def replay(self, webhook_endpoint_id: str, *, since: datetime | str, until: datetime | str) -> int:
        """Sends the events of a range again, each with the id it had. Says how many."""
        path = f"{_path}/{segment(webhook_endpoint_id)}/replay"
        return cast(int, self._caller.act("POST", path, {"from": _instant(since), "to": _instant(until)})["scheduled"])


class WebhookDeliveries:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(
        self,
        *,
        webhook_endpoint_id: str | None = None,
        status: WebhookDeliveryStatus | None = None,
        limit: int | None = None,
    ) -> Iterator[WebhookDelivery]:
        """What became of each event, newest first."""
        query = {"webhookEndpointId": webhook_endpoint_id, "status": status, "limit": limit}
        return pages(self._caller, "/v1/webhook-deliveries", query)


def _instant(at: datetime | str) -> str:
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone: datetime.now(timezone.utc)")
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
