"""What is refused somewhere."""

from __future__ import annotations

from .conftest import Hear

QUIET = '[policies.ratings]\nseverity = "off"\n'
REFUSED = QUIET + (
    '[policies.content-tags.refused]\n"DE KR" = ["gore", "alcohol"]\n"tube-*" = ["kissing"]\n'
)


def test_a_tag_blocks_where_it_is_refused_and_nowhere_else(hear: Hear) -> None:
    heard = hear("tags: [alcohol, romance, gore]\n", config=REFUSED)
    assert heard.blocked == {
        f"ep00{number}/app": ["alcohol, gore are refused by DE KR, and the series is tagged so"]
        for number in (1, 2)
    }


def test_a_channel_refuses_by_its_name(hear: Hear) -> None:
    heard = hear("tags: [kissing]\n", config=REFUSED)
    assert set(heard.blocked) == {"ep001/tube-br", "ep002/tube-br", "ep001/tube-cn",
                                  "ep002/tube-cn"}  # fmt: skip
    assert heard.blocked["ep001/tube-br"] == [
        "kissing is refused by tube-br, and the series is tagged so"
    ]


def test_one_place_may_only_warn(hear: Hear) -> None:
    config = (
        f'{QUIET}[policies.content-tags]\nwarn = ["KR"]\n'
        '[policies.content-tags.refused]\nKR = ["gore"]\n'
    )
    heard = hear("tags: [gore]\n", config=config)
    assert not heard.blocked
    assert [each.partition(":")[0] for each in heard.said] == ["content-tags"]


def test_a_tag_is_written_in_one_way(hear: Hear) -> None:
    (fault,) = hear(config='[policies.content-tags.refused]\nKR = ["Gore!"]\n').faults
    assert (fault.code, str(fault.place)) == ("wrong-value", "syndicator.toml:14:1")
