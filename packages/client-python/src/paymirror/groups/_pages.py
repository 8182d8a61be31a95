"""A list, walked from page to page by its cursor."""

from collections.abc import Iterator
from typing import Any

from .._caller import Caller
from .._transport import Query


def pages(caller: Caller, path: str, query: Query) -> Iterator[Any]:
    """The items of every page, one request when the page before has been taken."""
    cursor: str | None = None
    while True:
        page = caller.read(path, {**query, "cursor": cursor})
        yield from page["items"]
        cursor = page.get("nextCursor")
        if cursor is None:
            return
