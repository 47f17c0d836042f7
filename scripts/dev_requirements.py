"""Print what development needs beside the product: the dev group and every extra."""

import tomllib
from pathlib import Path

root = Path(__file__).resolve().parent.parent
project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
wanted = list(project["dependency-groups"]["dev"])
for part in [root / "pyproject.toml", *sorted(root.glob("plugins/*/pyproject.toml"))]:
    extras = tomllib.loads(part.read_text("utf-8"))["project"].get("optional-dependencies", {})
    wanted += [requirement for extra in extras.values() for requirement in extra]
print(" ".join(requirement.replace(" ", "") for requirement in wanted))
