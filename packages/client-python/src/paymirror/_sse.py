"""The format of server-sent events: lines into messages. It knows nothing of what they say, nor of connections."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    event: str
    data: str
    id: str | None
    """The last id the stream has named, which is also that of a message without one."""


class Parser:
    """Takes bytes as they come and gives the messages that are complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._event = ""
        self._id: str | None = None
        self.last_id: str | None = None
        """The id of the last message that was complete, or of a blank one: where to resume."""

    def feed(self, part: bytes) -> Iterator[Message]:
        # A carriage return at the end may be half of a line's end: it waits for the next part.
        text = self._rest + part
        held = text.endswith(b"\r")
        lines = (text[:-1] if held else text).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + (b"\r" if held else b"")
        for line in lines:
            message = self._line(line.decode("utf-8", "replace").removeprefix("\ufeff"))
            if message is not None:
                yield message

    def _line(self, line: str) -> Message | None:
        if line == "":
            data, self._data = self._data, []
            event, self._event = self._event or "message", ""
            self.last_id = self._id
            return Message(event, "\n".join(data), self._id) if data else None
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        return None
