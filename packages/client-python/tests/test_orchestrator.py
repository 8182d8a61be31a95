"""The client against `paymirror serve`: what the double only plays, the server does."""

import os
import threading
import unittest
import uuid

import paymirror

url = os.environ.get("PAYMIRROR_URL")
api_key = os.environ.get("PAYMIRROR_API_KEY")
narrow_key = os.environ.get("PAYMIRROR_NARROW_API_KEY")


@unittest.skipUnless(url and api_key and narrow_key, "PAYMIRROR_URL and its keys name no orchestrator")
class Orchestrator(unittest.TestCase):
    def setUp(self) -> None:
        self.client = self.connect(api_key or "")

    def connect(self, key: str) -> paymirror.Client:
        client = paymirror.Client(url or "", key)
        self.addCleanup(client.close)
        return client

    def test_it_lives_and_takes_work(self) -> None:
        self.client.health()
        self.client.ready()

    def test_a_key_that_is_none_and_a_scope_that_is_missing_are_told_apart(self) -> None:
        with self.assertRaises(paymirror.Unauthorized) as refused:
            list(self.connect("pmk_nobody_nothing").accounts.list())
        self.assertEqual(refused.exception.type, "urn:paymirror:problem:unauthorized")
        narrow = self.connect(narrow_key or "")
        self.assertEqual(list(narrow.accounts.list()), list(self.client.accounts.list()))
        with self.assertRaises(paymirror.Forbidden) as forbidden:
            list(narrow.plans.list())
        self.assertEqual(forbidden.exception.scope, "plans")

    def test_a_creating_call_makes_one_thing_however_often_it_is_sent(self) -> None:
        key, reference = str(uuid.uuid4()), f"user-{uuid.uuid4()}"
        made = [self.client.holders.create(reference, idempotency_key=key) for _ in range(3)]
        self.assertEqual(made, [made[0]] * 3)
        self.assertEqual(list(self.client.holders.list(reference=reference)), [made[0]])
        self.assertEqual(self.client.holders.get(made[0]["holderId"]), made[0])
        with self.assertRaises(paymirror.KeyReused):
            self.client.holders.create("somebody else", idempotency_key=key)

    def test_a_list_is_walked_once_over_each_row(self) -> None:
        made = {self.client.holders.create(f"user-{uuid.uuid4()}")["holderId"] for _ in range(5)}
        found = [one["holderId"] for one in self.client.holders.list(limit=2)]
        self.assertLessEqual(made, set(found))
        self.assertEqual(len(found), len(set(found)))

    def test_threads_share_a_client(self) -> None:
        made: list[str] = []
        threads = [
            threading.Thread(target=lambda n=n: made.append(self.client.holders.create(f"thread-{n}")["holderId"]))
            for n in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(set(made)), 12)

    def test_what_is_not_there_and_what_is_not_asked_rightly_is_told(self) -> None:
        with self.assertRaises(paymirror.NotFound):
            self.client.accounts.get("nobody's / account")
        with self.assertRaises(paymirror.BadRequest):
            list(self.client.accounts.list(limit=0))
        with self.assertRaises(paymirror.BadRequest):
            self.client.changes.page("no cursor of yours")

    def test_a_person_without_a_connection_has_no_rows(self) -> None:
        whose = self.client.holders.create(f"user-{uuid.uuid4()}")["holderId"]
        client = self.client
        lists = [client.purchases, client.plans, client.card_transactions, client.balances, client.balance_entries]
        for rows in [*lists, client.points, client.points_entries, client.deliveries, client.profiles]:
            self.assertEqual(list(rows.list(holder_id=whose)), [])
        self.assertEqual(list(client.installments.list(holder_id=whose, state="due", due_from="2026-01-01")), [])
        self.assertEqual(client.forecast(holder_id=whose, weeks=4), [])
        self.assertEqual(list(client.reconciliation(holder_id=whose)), [])
        self.assertEqual([one for page in client.changes.follow(holder_id=whose) for one in page["items"]], [])
