"""The programs of the README run as they stand there, in their order, as one session of a reader."""

import io
import os
import re
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import paymirror
from paymirror import webhooks
from paymirror.klarna import Grant

from . import sandbox
from .double import Double, answer, key
from .test_webhooks import event, headers, secret, timestamp

readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
programs = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)


def the(words: str) -> str:
    [program] = [one for one in programs if words in one]
    return str(program)


class Readme(unittest.TestCase):
    def setUp(self) -> None:
        self.double = Double()
        self.addCleanup(self.double.close)
        self.printed = io.StringIO()
        self.names: dict[str, Any] = {}

    def run_program(self, words: str, **environment: str) -> str:
        self.printed.seek(0)
        self.printed.truncate()
        with redirect_stdout(self.printed), mock.patch.dict(os.environ, environment):
            exec(compile(the(words), f"README: {words}", "exec"), self.names)
        return self.printed.getvalue()

    def test_there_is_no_program_that_is_not_run(self) -> None:
        self.assertEqual(len(programs), 9)

    def test_the_client(self) -> None:
        here = {"PAYMIRROR_URL": self.double.url, "PAYMIRROR_API_KEY": key}
        self.double.told["linkSessions.getLinkSession"] = {"status": "linked", "detail": "done"}
        self.assertIn("linked done", self.run_program("link_sessions.create", **here))
        self.addCleanup(self.names["client"].close)
        self.run_program('"type": "agree"')
        self.assertIn("'currency'", self.run_program("client.forecast"))
        self.assertIn("purchases", self.run_program("changes.follow"))
        self.assertEqual(self.names["cursor"], "page three")
        self.run_program("consents.withdraw")
        self.assertIn("consents.withdrawConsent", [one.operation for one in self.double.requests])
        self.run_program("except NotFound")

    def test_the_stream_of_events(self) -> None:
        self.names["client"] = client = paymirror.Client(self.double.url, key)
        self.addCleanup(client.close)
        parts = [b"id: evt_1_0\ndata: " + event + b"\n\n"]

        def stream(_: Any, send: Any) -> None:
            if parts:
                send(parts.pop())
            else:
                self.double.faults.append(answer({}, 403))

        self.double.stream = stream
        with mock.patch("time.sleep"), self.assertRaises(paymirror.Forbidden):
            self.run_program("events.stream")
        self.assertEqual(self.printed.getvalue(), "evt_1_0 installment.due p1:plan\n")

    def test_the_receiver(self) -> None:
        queue: list[Any] = []
        self.names["enqueue"] = lambda id, event: queue.append(id)
        self.run_program("receive_wsgi", PAYMIRROR_WEBHOOK_SECRET=secret)
        self.names["receiver"] = webhooks.Receiver(secret, clock=lambda: timestamp)
        statuses: list[str] = []
        for body in (event, event + b" "):
            environ: dict[str, Any] = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            for name, value in headers(event, secret).items():
                environ["HTTP_" + name.upper().replace("-", "_")] = value
            self.names["application"](environ, lambda status, _: statuses.append(status))
        self.assertEqual(([one[:3] for one in statuses], len(queue)), (["204", "400"], 1))

    @sandbox.needed
    def test_the_session(self) -> None:
        assert sandbox.url is not None
        given = sandbox.control("people/alex/open-session", {})
        put: list[Grant] = []
        self.names["vault"] = mock.Mock(put=put.append)
        printed = self.run_program(
            "paymirror.klarna",
            KLARNA_URL=sandbox.url,
            KLARNA_REFRESH_TOKEN=given["refreshToken"],
            KLARNA_DEVICE_ID=given["deviceId"],
        )
        self.addCleanup(self.names["klarna"].close)
        self.assertEqual(len(printed.splitlines()), sandbox.control("people/alex")["purchases"])
        self.assertEqual(len(put), 1)
