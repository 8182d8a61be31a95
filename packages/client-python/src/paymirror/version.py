"""The version of this package, as its pyproject.toml has it."""

version = "0.0.0"
