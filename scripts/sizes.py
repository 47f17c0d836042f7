"""Print how large modules and functions are: `make sizes`."""

import ast
from pathlib import Path
from statistics import median, quantiles

root = Path(__file__).resolve().parent.parent
for name in ("src/syndicator", "plugins/standalone_app/src"):
    modules, functions = {}, {}
    for path in sorted((root / name).rglob("*.py")):
        text = path.read_text("utf-8")
        modules[path.relative_to(root)] = text.count("\n")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                functions[f"{path.name}:{node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    sizes = [lines for lines in modules.values() if lines > 3]
    p90 = quantiles(functions.values(), n=10)[-1]
    print(f"{name}: {len(sizes)} modules, median {median(sizes):.0f} lines, "
          f"largest {max(modules.items(), key=lambda each: each[1])[0]} ({max(sizes)}); "
          f"{len(functions)} functions, median {median(functions.values()):.0f}, p90 {p90:.0f}, "
          f"longest {max(functions.items(), key=lambda each: each[1])}")  # fmt: skip
