"""JSON Schema of every file: where they are, and what they say of a placed document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from syndicator.catalog.faults import Faults, near, shorten
from syndicator.model.placed import Node
from syndicator.model.problem import Place, Problem


def folder() -> Any:
    """Return where the schemas are: in the wheel, or beside `src` in a checkout."""
    packaged = files("syndicator") / "schemas"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "schemas"


def names() -> list[str]:
    """Return the names of all schemas."""
    return sorted(each.name.removesuffix(".json") for each in folder().iterdir()
                  if each.name.endswith(".json"))  # fmt: skip


@lru_cache
def schema(name: str) -> dict[str, Any]:
    """Return a schema by name: `series`, `calendar`, `config`."""
    found: dict[str, Any] = json.loads((folder() / f"{name}.json").read_text("utf-8"))
    return found


def check_schema(node: Node, name: str) -> list[Problem]:
    """Return where a document is not of the shape that a schema describes."""
    return check_against(node, _validator(name))


def check_options(node: Node, options_schema: Any) -> list[Problem]:
    """Return where an adapter's options are not as its `options_schema` says."""
    from jsonschema import Draft202012Validator

    return check_against(node, Draft202012Validator(options_schema))


@lru_cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(name))


def check_against(node: Node, validator: Any) -> list[Problem]:
    """Return the problems a validator finds, placed and worded for people."""
    faults = Faults()
    for error in sorted(
        validator.iter_errors(view(node)), key=lambda each: list(map(str, each.path))
    ):
        for each in _sharpen(error):
            _word(each, node, faults)
    return faults.found


def view(node: Node) -> Any:
    """Return a document as the validator sees it: dates as the text they were."""
    value = node.value
    if isinstance(value, dict):
        return {key: view(each) for key, each in value.items()}
    if isinstance(value, list):
        return [view(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _sharpen(error: Any) -> Iterator[Any]:
    """Yield what is really wrong: of alternatives, the faults of the one that is meant."""
    if error.validator not in {"anyOf", "oneOf"} or not error.context:
        yield error
        return
    branches: dict[int, list[Any]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)
    deep = [found for found in branches.values() if any(each.path for each in found)]
    shallow = [
        found for found in branches.values() if all(each.validator != "type" for each in found)
    ]
    meant = deep if len(deep) == 1 else shallow if len(shallow) == 1 else []
    if not meant:
        yield error
        return
    for each in meant[0]:
        yield from _sharpen(each)


def _word(error: Any, node: Node, faults: Faults) -> None:
    path = tuple(error.absolute_path)
    at, name = node.at(path), ".".join(map(str, path)) or "the file"
    if error.validator in {"additionalProperties", "unevaluatedProperties"}:
        _unknown_keys(error, at, faults)
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        wanted = error.schema.get("properties", {}).get(missing, {})
        faults.add("missing-key", f"`{missing}` is missing{_in(path)}", at.place,
                   expected=_expected(wanted))  # fmt: skip
    else:
        code = "wrong-type" if error.validator == "type" else "wrong-value"
        hint = (
            near(error.instance, map(str, error.validator_value))
            if error.validator == "enum"
            else None
        )
        faults.add(code, f"`{name}` cannot be that", at, found=shorten(_plain(error.instance)),
                   expected=_expected(error.schema), hint=hint)  # fmt: skip


def _in(path: tuple[Any, ...]) -> str:
    return f" in `{'.'.join(map(str, path))}`" if path else ""


def _unknown_keys(error: Any, at: Node, faults: Faults) -> None:
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key not in known:
            place: Place = at.key_places.get(key, at.place)
            faults.add("unknown-key", f"nobody knows the key `{key}`", place, found=key,
                       expected=", ".join(known), hint=near(key, known))  # fmt: skip


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _expected(about: dict[str, Any]) -> str:
    if "enum" in about:
        return ", ".join(map(str, about["enum"]))
    parts = [str(about.get("description") or about.get("title") or about.get("type") or "")]
    if about.get("examples"):
        parts.append(f"for example {_plain(about['examples'][0])}")
    return "; ".join(part for part in parts if part)
