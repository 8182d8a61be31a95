"""Server-sent events: their format, and a stream that breaks and is taken up again where it was left."""

import json
import random
import unittest
from collections.abc import Callable

import paymirror
from paymirror._sse import Message, Parser

from .double import Request, problem
from .test_client import WithDouble


def text(number: int) -> bytes:
    event = {"type": "installment.due", "timestamp": "2026-06-20T00:00:00.000Z", "data": {"holderId": f"h{number}"}}
    return f"id: evt_{number}_0\ndata: {json.dumps(event)}\n\n".encode()


class Format(unittest.TestCase):
    story = (
        b"\xef\xbb\xbf: a comment\n\nid: 1\r\ndata: one\r\ndata: more \r\n\r\nevent: named\rdata:two\r\r"
        b"retry: 3\nunknown: x\nid: 3\n\ndata\n\ndata: gr\xc3\xbcn\nid: a\x00b\n\ndata: cut"
    )
    told = [
        Message("message", "one\nmore ", "1"),
        Message("named", "two", "1"),
        Message("message", "", "3"),
        Message("message", "grün", "3"),
    ]

    def test_lines_become_messages(self) -> None:
        self.assertEqual(list(Parser().feed(self.story)), self.told)

    def test_it_makes_no_difference_where_the_bytes_are_parted(self) -> None:
        chance = random.Random(7)
        for _ in range(300):
            parser = Parser()
            found: list[Message] = []
            rest = self.story
            while rest:
                size = chance.randint(1, 9)
                found += parser.feed(rest[:size])
                rest = rest[size:]
            self.assertEqual(found, self.told)

    def test_an_id_counts_once_its_message_is_complete(self) -> None:
        parser = Parser()
        list(parser.feed(b"id: 1\n\nid: 2\ndata: half"))
        self.assertEqual(parser.last_id, "1")


class Streaming(WithDouble):
    def script(self, *parts: list[bytes]) -> None:
        """What is sent on each connection, the last one over and over; then the connection ends."""
        left = list(parts)

        def stream(request: Request, send: Callable[[bytes], None]) -> None:
            for part in left.pop(0) if len(left) > 1 else left[0]:
                send(part)

        self.double.stream = stream

    @property
    def resumed_after(self) -> list[str | None]:
        return [one.headers.get("last-event-id") for one in self.double.requests]

    def test_events_arrive_with_their_ids(self) -> None:
        self.script([b":\n", text(1), text(2)])
        events = self.client.events.stream(holder_id="h1")
        self.assertEqual([next(events).id, next(events).id], ["evt_1_0", "evt_2_0"])
        self.assertEqual(self.double.requests[0].headers["accept"], "text/event-stream")
        events.close()

    def test_a_stream_that_ends_is_taken_up_after_the_last_event_that_was_taken(self) -> None:
        self.script([text(1), text(2)], [text(3)])
        events = self.client.events.stream()
        self.assertEqual([next(events).id for _ in range(3)], ["evt_1_0", "evt_2_0", "evt_3_0"])
        self.assertEqual(self.resumed_after, [None, "evt_2_0"])
        events.close()

    def test_what_was_cut_in_the_middle_is_asked_for_again(self) -> None:
        self.script([text(1), text(2)[:-9]], [text(2)])
        events = self.client.events.stream()
        self.assertEqual([next(events).id for _ in range(2)], ["evt_1_0", "evt_2_0"])
        self.assertEqual(self.resumed_after, [None, "evt_1_0"])
        events.close()

    def test_an_id_without_an_event_is_where_to_resume(self) -> None:
        self.script([b"id: evt_9_999999\n\n"], [text(10)])
        events = self.client.events.stream()
        self.assertEqual(next(events).id, "evt_10_0")
        self.assertEqual(self.resumed_after, [None, "evt_9_999999"])
        events.close()

    def test_a_server_that_says_it_failed_is_asked_again(self) -> None:
        self.script([text(1) + b"event: effect/http-api/stream/failure\ndata: []\n\n"], [text(2)])
        events = self.client.events.stream()
        self.assertEqual([next(events).id for _ in range(2)], ["evt_1_0", "evt_2_0"])
        self.assertEqual(self.resumed_after, [None, "evt_1_0"])
        events.close()

    def test_passing_failures_are_waited_out_and_refusals_are_told(self) -> None:
        self.script([text(1)])
        self.double.faults += [problem(503, "urn:paymirror:problem:unavailable", 4), problem(500, "about:blank")]
        events = self.client.events.stream(after="evt_0_0")
        self.assertEqual(next(events).id, "evt_1_0")
        self.assertEqual((self.waits[0], len(self.waits)), (4, 2))
        self.double.faults += [problem(401, "urn:paymirror:problem:unauthorized")]
        with self.assertRaises(paymirror.Unauthorized):
            next(events)

    def test_the_wait_grows_while_nothing_is_heard(self) -> None:
        self.double.faults += [problem(500, "about:blank") for _ in range(12)]
        self.script([text(1)])
        next(self.client.events.stream())
        self.assertEqual(len(self.waits), 12)
        self.assertTrue(all(0.25 * 2 ** min(n, 5) <= wait <= 30 for n, wait in enumerate(self.waits)))

    def test_what_is_no_event_is_told(self) -> None:
        for part in [b"data: {}\n\n", b"id: 1\ndata: no json\n\n", b"id: 1\ndata: {}\n\n"]:
            self.script([part])
            with self.subTest(part), self.assertRaises(paymirror.UnreadableEvent):
                next(self.client.events.stream())
