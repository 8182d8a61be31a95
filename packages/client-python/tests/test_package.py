"""What is installed: the version it says, its types, and nothing but the standard library."""

import ast
import sys
import tomllib
import unittest
from importlib import import_module
from pathlib import Path

import paymirror

root = Path(__file__).parent.parent
sources = sorted((root / "src").rglob("*.py"))


class Package(unittest.TestCase):
    def test_it_says_the_version_it_is_published_with(self) -> None:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        self.assertEqual((paymirror.__version__, project["dependencies"]), (project["version"], []))

    def test_it_imports_nothing_but_the_standard_library_and_itself(self) -> None:
        for path in sources:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module or ""]
                for name in names:
                    self.assertIn(name.split(".")[0], sys.stdlib_module_names, path.name)

    def test_every_file_opens_with_a_paragraph_and_none_is_long(self) -> None:
        for path in sources:
            if path.name != "models.py":
                text = path.read_text("utf-8")
                self.assertTrue(text.startswith('"""'), path.name)
                self.assertLess(text.count("\n"), 400, path.name)

    def test_what_it_offers_is_there(self) -> None:
        self.assertTrue((root / "src" / "paymirror" / "py.typed").exists())
        for name in ("paymirror", "paymirror.klarna"):
            module = import_module(name)
            for offered in module.__all__:
                self.assertTrue(hasattr(module, offered), offered)
