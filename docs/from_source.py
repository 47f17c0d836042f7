"""Pages made from classes, tables and docstrings, mostly by reading modules, not running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from markdown import code, paragraphs, row, table

SOURCE = Path(__file__).resolve().parents[1] / "src" / "syndicator"


def module(path: str) -> ast.Module:
    return ast.parse((SOURCE / path).read_text(encoding="utf-8"))


def class_named(tree: ast.Module, name: str) -> ast.ClassDef:
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)


def attributes(body: list[ast.stmt]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, type, value, docstring) of what is assigned in a class or a module."""
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            value = ast.unparse(node.value) if node.value else ""
            yield node.target.id, ast.unparse(node.annotation), value, _text(after)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, "", ast.unparse(node.value), _text(after)


def _text(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split())
    return ""


def states() -> Iterator[str]:
    from syndicator.model.state import TRANSITIONS

    tree = module("model/state.py")
    yield "# States of a release"
    yield ""
    yield from paragraphs(ast.get_docstring(tree) or "")
    yield from ["```mermaid", "stateDiagram-v2"]
    for state, steps in TRANSITIONS.items():
        for target in dict.fromkeys(steps.values()):
            words = ", ".join(str(each) for each, to in steps.items() if to is target)
            yield f"    {state or '[*]'} --> {target}: {words}"
    yield from ["```", "", "## Steps", ""]
    yield from table("a release that is", "and of which this happened", "becomes")
    for state, steps in TRANSITIONS.items():
        for happened, target in steps.items():
            yield row(code(state or "new"), code(happened), code(target))
    yield from ["", "Nothing else can happen: any other event is refused.", ""]
    yield from ["## What can happen", ""]
    yield from table("event", "meaning")
    for _, _, value, text in attributes(class_named(tree, "Happened").body):
        yield row(code(ast.literal_eval(value)), text or _spelled(ast.literal_eval(value)))
    yield from ["", "## Groups of states", ""]
    yield from table("name", "states", "meaning")
    import syndicator.model.state as values

    for name in ("BEGUN", "UNDER_WAY", "FINAL", "WAITED_FOR"):
        text = next((doc for found, _, _, doc in attributes(tree.body) if found == name), "")
        members = ", ".join(code(each) for each in values.State if each in getattr(values, name))
        yield row(code(name), members, text or "No clock and no calendar leads out of it.")


def _spelled(name: str) -> str:
    return SELF_EVIDENT[name]


SELF_EVIDENT = {
    "stage_began": "The bytes are about to be brought to the channel, visible to nobody.",
    "stage_done": "The bytes lie on the channel, visible to nobody.",
    "takedown_began": "The channel is about to be asked to take it off.",
    "polled": "The channel was asked again and is still not done with it.",
    "seen_live": "Proof that it is there.",
    "seen_gone": "Proof that it is not visible any more.",
}
"""Events whose name says it all in the code."""


def capabilities() -> Iterator[str]:
    tree = module("model/capabilities.py")
    yield "# Capabilities"
    yield ""
    yield from paragraphs(ast.get_docstring(tree) or "")
    yield "An adapter declares them as `capabilities = sc.Capabilities(…)`."
    yield "`syndicate plugin show NAME` prints those of an adapter."
    yield ""
    for name in ("Capabilities", "Quota"):
        found = class_named(tree, name)
        yield from [f"## {name}", "", ast.get_docstring(found) or "", ""]
        yield from table("name", "type", "default", "meaning")
        for each, kind, value, text in attributes(found.body):
            yield row(code(each), code(kind), code(value) if value else "must be given", text)
        yield ""
    for name in ("Reconcile", "TerritoryControl"):
        found = class_named(tree, name)
        yield from [f"## {name}", "", ast.get_docstring(found) or "", ""]
        yield from table("value", "meaning")
        for _, _, value, text in attributes(found.body):
            word = ast.literal_eval(value)
            yield row(code(word), text or _RECONCILE[word])
        yield ""


_RECONCILE = {
    "session": "An upload session can be asked how far it came, and resumed.",
    "handle": "Two steps; the handle of the first is saved before the second commits.",
    "marker": "A token planted in the post can be found again in the platform's listings.",
    "fingerprint": "Only content and time can match; a match is proposed to a person.",
    "none": "There is nobody to ask: at most one attempt, then a person.",
}


def verdicts() -> Iterator[str]:
    import syndicator.channel as api

    tree = module("channel/_verdicts.py")
    yield "# Verdicts"
    yield ""
    yield from paragraphs(ast.get_docstring(tree) or "")
    yield "All of them are names of `syndicator.channel`."
    yield ""
    yield from table("verdict", "code", "meaning", "carries")
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found = getattr(api, node.name)
            yield row(code(node.name), code(getattr(found, "code", "")) if hasattr(found, "code")
                      else "", ast.get_docstring(node), _carries(node))  # fmt: skip


def _carries(node: ast.ClassDef) -> str:
    """Return what a verdict's constructor takes besides its reason, with its meaning."""
    init = next((each for each in node.body if getattr(each, "name", "") == "__init__"), None)
    if not isinstance(init, ast.FunctionDef):
        return ""
    texts = [_text(each) for each in init.body if _text(each)]
    names = [each.arg for each in (*init.args.args, *init.args.kwonlyargs)]
    own = [name for name in names if name not in {"self", "reason"}]
    return "; ".join(f"{code(name)}: {text}" for name, text in zip(own, texts, strict=False))


CHANNEL = (
    ("_base.py", "Channel"),
    ("_base.py", "Account"),
    ("_release.py", "Release"),
    ("_progress.py", "Progress"),
    ("_http.py", "Http"),
)
ANSWERS = ("Receipt", "Pending", "Gone", "Reason")


def channel() -> Iterator[str]:
    yield "# The channel API"
    yield ""
    yield "What `syndicator.channel` offers to authors of adapters."
    yield "[A channel in an afternoon](../tutorial/a-channel-in-an-afternoon.md) shows it at work."
    yield "The [verdicts](verdicts.md) and [capabilities](capabilities.md) have their own pages."
    yield ""
    for file, name in CHANNEL:
        yield from _class(class_named(module(f"channel/{file}"), name))
    for name in ANSWERS:
        yield from _class(class_named(module("model/release.py"), name))


def _class(node: ast.ClassDef) -> Iterator[str]:
    yield from [f"## {node.name}", "", *paragraphs(ast.get_docstring(node) or "")]
    found = [each for each in attributes(node.body) if not each[0].startswith("_")]
    if found:
        yield from table("attribute", "type", "default", "meaning")
        for name, kind, value, text in found:
            yield row(code(name), code(kind) if kind else "", code(value) if value else "", text)
        yield ""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
            yield from _method(method)


def _method(node: ast.FunctionDef) -> Iterator[str]:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    is_property = any(ast.unparse(each) == "property" for each in node.decorator_list)
    arguments = ast.unparse(node.args).removeprefix("self").removeprefix("cls").removeprefix(", ")
    shown = f"{node.name}{returns}" if is_property else f"{node.name}({arguments}){returns}"
    yield from [f"### `{shown}`", "", *paragraphs(ast.get_docstring(node) or "")]


def hooks() -> Iterator[str]:
    tree = module("hookspecs.py")
    yield "# Hooks"
    yield ""
    yield "A plugin is a package with an entry point of the group `syndicator`."
    yield "It names an object whose functions answer these hooks."
    yield "Each such function is marked with `syndicator.channel.hookimpl`."
    yield ""
    yield from paragraphs(ast.get_docstring(tree) or "")
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            signature = f"{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"  # type: ignore[arg-type]
            yield from [f"## `{signature}`", "", *paragraphs(ast.get_docstring(node) or "")]


def exit_codes() -> Iterator[str]:
    tree = module("cli/exits.py")
    yield "# Exit codes"
    yield ""
    yield "Of several that apply, a command leaves with the highest."
    yield "[Scripts and cron](../how-to/cron.md) shows what to do with them."
    yield ""
    yield from table("code", "name", "meaning")
    for name, _, value, text in attributes(tree.body):
        yield row(value, code(name), text)
