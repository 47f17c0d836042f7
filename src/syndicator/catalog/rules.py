"""`[policies.ID]` of syndicator.toml against what each rule of the house takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syndicator.catalog.faults import near
from syndicator.model.config import Config
from syndicator.model.placed import Node
from syndicator.model.problem import Problem, Severity
from syndicator.model.seam import Policy


def check_policies(config: Config, policies: Sequence[Policy]) -> list[Problem]:
    """Return what is wrong with the options of rules.

    A table for a rule that there is not is a warning: it may be a rule of a plugin that no channel
    here needs.
    """
    by_id = {each.id: each for each in policies}
    found: list[Problem] = []
    for name, node in config.policy_nodes.items():
        if name in by_id:
            found += _wrong(by_id[name], node, config)
        else:
            found.append(
                Problem("unknown-rule", f"no rule has the name {name}", node.place, name,
                        ", ".join(sorted(by_id)) or "a rule of a plugin", near(name, by_id),
                        Severity.WARNING)
            )  # fmt: skip
    return found


def _wrong(policy: Policy, node: Node, config: Config) -> Iterator[Problem]:
    if policy.options_schema is None:
        return
    from syndicator.catalog.schema import check_options

    own = {key: each for key, each in node.value.items() if key != "severity"}
    told = Node(own, node.place, node.key_places)
    problems = check_options(told, policy.options_schema)
    yield from problems
    if not problems and policy.check is not None:
        yield from policy.check(told, config)
