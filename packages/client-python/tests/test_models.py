"""The types are those of the description, and the generator refuses what it does not know."""

import importlib.util
import json
import tempfile
import unittest
from pathlib import Path
from types import ModuleType
from typing import get_args

from paymirror import models

root = Path(__file__).parent.parent


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", root / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Models(unittest.TestCase):
    def test_they_are_what_the_generator_gives(self) -> None:
        given = generator().generate()
        written = (root / "src" / "paymirror" / "models.py").read_text("utf-8")
        self.assertEqual(given.split("\n"), written.split("\n"), "run python3 generate.py")

    def test_members_that_may_be_absent_are_told_from_those_that_may_not(self) -> None:
        self.assertIn("dueDate", models.Installment.__required_keys__)
        self.assertIn("paidDate", models.Installment.__optional_keys__)
        self.assertEqual(set(get_args(models.PausedReason)), {"return", "problem"})

    def test_a_construct_the_generator_does_not_know_is_refused(self) -> None:
        document = json.loads((root.parent / "api" / "openapi.json").read_text("utf-8"))
        document["components"]["schemas"]["Account"]["properties"]["market"] = {"oneOf": []}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "openapi.json"
            path.write_text(json.dumps(document), "utf-8")
            with self.assertRaises(SystemExit) as caught:
                generator().generate(path)
        self.assertIn("Account.market", str(caught.exception))
