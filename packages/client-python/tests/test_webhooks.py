"""The receiver believes what Standard Webhooks says is to be believed, and nothing else."""

import base64
import io
import json
import unittest
from wsgiref.util import setup_testing_defaults

from paymirror import webhooks
from paymirror.events import UnreadableEvent

# The example of the specification, which every implementation of it reproduces.
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
timestamp = 1614265330
body = b'{"test": 2432232314}'
signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

other = "whsec_" + base64.b64encode(bytes(range(32))).decode()
event = json.dumps(
    {"type": "installment.due", "timestamp": "2026-06-20T00:00:00.000Z", "data": {"holderId": "h1", "id": "p1:plan"}}
).encode()


def headers(body: bytes, *secrets: str, at: int = timestamp, id: str = id) -> dict[str, str]:
    signed = " ".join(webhooks.sign(one, id=id, timestamp=at, body=body) for one in secrets)
    return {"webhook-id": id, "webhook-timestamp": str(at), "webhook-signature": signed}


def receiver(*secrets: str, now: float = timestamp) -> webhooks.Receiver:
    return webhooks.Receiver(*(secrets or (secret,)), clock=lambda: now)


class Signatures(unittest.TestCase):
    def test_the_interop_vector_is_reproduced_to_the_byte(self) -> None:
        self.assertEqual(webhooks.sign(secret, id=id, timestamp=timestamp, body=body), signature)

    def test_a_delivery_of_ours_is_believed_in_any_spelling_of_its_headers(self) -> None:
        given = {name.title(): value for name, value in headers(event, secret).items()}
        received = receiver().receive(event, given)
        self.assertEqual((received.id, received.event["type"], received.event["data"]["holderId"]), (id, "installment.due", "h1"))

    def test_one_byte_of_difference_is_refused_wherever_it_is(self) -> None:
        given = headers(event, secret)
        changed = [
            (event + b" ", given),
            (event.replace(b"h1", b"h2"), given),
            (event, {**given, "webhook-id": id + "x"}),
            (event, {**given, "webhook-timestamp": str(timestamp + 1)}),
            (event, {**given, "webhook-signature": given["webhook-signature"].replace("v1,", "v1a,")}),
            (event, {**given, "webhook-signature": given["webhook-signature"][:-2] + "A="}),
            (event, {**given, "webhook-signature": ""}),
            (event, {**given, "webhook-signature": "v1,ü"}),
            (event, headers(event, other)),
        ]
        for number, (content, sent) in enumerate(changed):
            with self.subTest(number), self.assertRaises(webhooks.InvalidWebhook):
                receiver().receive(content, sent)

    def test_a_header_that_is_missing_is_refused(self) -> None:
        for name in headers(event, secret):
            given = headers(event, secret)
            del given[name]
            with self.subTest(name), self.assertRaises(webhooks.InvalidWebhook):
                receiver().receive(event, given)

    def test_a_rotation_loses_nothing(self) -> None:
        both = headers(event, secret, other)
        for secrets in [(secret,), (other,), (secret, other)]:
            receiver(*secrets).receive(event, both)
        for signer in (secret, other):
            receiver(secret, other).receive(event, headers(event, signer))
        with self.assertRaises(webhooks.InvalidWebhook):
            receiver(other).receive(event, headers(event, secret))

    def test_signatures_of_other_kinds_beside_ours_are_passed_over(self) -> None:
        given = headers(event, secret)
        given["webhook-signature"] = f"v1a,AAAA v2,zz nothing {given['webhook-signature']}"
        receiver().receive(event, given)


class Freshness(unittest.TestCase):
    def test_299_seconds_are_accepted_and_301_refused_on_both_sides(self) -> None:
        for seconds in (-299, -300, 0, 299, 300, 299.9):
            with self.subTest(seconds):
                receiver(now=timestamp + seconds).receive(event, headers(event, secret))
        for seconds in (-301, 301, 3600):
            with self.subTest(seconds), self.assertRaises(webhooks.InvalidWebhook):
                receiver(now=timestamp + seconds).receive(event, headers(event, secret))

    def test_a_timestamp_that_is_no_number_is_refused(self) -> None:
        for text in ["", "1e9", "-5", "١٦١٤٢٦٥٣٣٠", "1614265330.5", "9" * 40]:
            with self.subTest(text), self.assertRaisesRegex(webhooks.InvalidWebhook, "no number"):
                receiver().receive(event, {**headers(event, secret), "webhook-timestamp": text})


class Events(unittest.TestCase):
    def receive(self, content: bytes) -> object:
        return receiver().receive(content, headers(content, secret)).event

    def test_types_and_members_of_a_newer_server_pass(self) -> None:
        newer = json.loads(event) | {"type": "moon.eclipsed", "mood": 3}
        self.assertEqual(self.receive(json.dumps(newer).encode()), newer)

    def test_what_is_ours_and_no_event_is_told_apart_from_what_is_not_ours(self) -> None:
        for content in [body, b"", b"[]", b"no json", b'{"type": 1, "timestamp": "", "data": {}}', b"\xff"]:
            with self.subTest(content), self.assertRaises(UnreadableEvent):
                self.receive(content)


class Secrets(unittest.TestCase):
    def test_what_is_no_secret_is_refused_without_being_shown(self) -> None:
        short = "whsec_" + base64.b64encode(b"canary" * 3).decode()
        for text in ["", "whsec_", "whsec_!canary", short, "whsec_" + base64.b64encode(bytes(65)).decode()]:
            with self.subTest(), self.assertRaises(ValueError) as caught:
                webhooks.Receiver(text)
            self.assertNotIn(text or "whsec_!", str(caught.exception).replace("whsec_ and", ""))
        with self.assertRaises(ValueError):
            webhooks.Receiver()

    def test_a_receiver_does_not_print_its_secrets(self) -> None:
        self.assertEqual(repr(receiver()), "Receiver(1 secrets)")


class Wsgi(unittest.TestCase):
    def test_the_headers_of_a_wsgi_environment_are_read(self) -> None:
        environ: dict[str, object] = {"wsgi.input": io.BytesIO(event)}
        setup_testing_defaults(environ)
        for name, value in headers(event, secret).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        self.assertEqual(receiver().receive_wsgi(environ, event).id, id)
