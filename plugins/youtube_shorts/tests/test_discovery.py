"""Every request of the adapter against the discovery documents in Google's own package.

What is checked: that the method exists at that path, that its parameters are known and the required
ones are there, that `part` names parts, and that each property of a body is one of its schema.
"""

from __future__ import annotations

import json
import re
from typing import Any

import attrs
import httpx
import pytest

import syndicator.channel as sc

PARTS = {"videos": "Video", "playlists": "Playlist", "playlistItems": "PlaylistItem",
         "captions": "Caption", "channels": "Channel"}  # fmt: skip
PROTOCOL = {"uploadType", "upload_id"}
"""Of uploads (the guide to the resumable protocol), not of methods."""


def methods_of(resources: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for resource in resources.values():
        found += resource.get("methods", {}).values()
        found += methods_of(resource.get("resources", {}))
    return found


class Described:
    """Google's description, asked about a request."""

    def __init__(self, *documents: dict[str, Any]) -> None:
        self.schemas: dict[str, Any] = {}
        self.paths: dict[tuple[str, str], tuple[dict[str, Any], set[str]]] = {}
        for document in documents:
            self.schemas |= document["schemas"]
            general = set(document["parameters"])
            for method in methods_of(document["resources"]):
                plain = "/" + document["servicePath"] + method["path"]
                self.paths[method["httpMethod"], plain] = (method, general)
                for protocol in method.get("mediaUpload", {}).get("protocols", {}).values():
                    self.paths[method["httpMethod"], protocol["path"]] = (method, general)

    def check(self, line: dict[str, Any]) -> None:
        method, general = self.paths[line["method"], line["path"]]
        known = method["parameters"]
        given = line["query"]
        assert set(given) <= set(known) | general | PROTOCOL, line
        required = {name for name, about in known.items() if about.get("required")}
        assert required <= set(given), line
        for name, value in given.items():
            self.check_value(known.get(name, {}), value)
        if "json" in line and "request" in method:
            self.check_body(method["request"]["$ref"], line["json"])

    def check_value(self, about: dict[str, Any], value: str) -> None:
        if "pattern" in about:
            assert re.search(about["pattern"], value)
        if "enum" in about:
            assert value in about["enum"]
        if about.get("type") == "boolean":
            assert value in {"true", "false"}
        if about.get("type") == "integer":
            assert int(about.get("minimum", 0)) <= int(value) <= int(about.get("maximum", 1e9))

    def check_body(self, schema: str, body: Any) -> None:
        known = self.schemas[schema]["properties"]
        assert set(body) <= set(known), (schema, set(body) - set(known))
        for name, value in body.items():
            about = known[name]
            if "$ref" in about:
                self.check_body(about["$ref"], value)
            elif about.get("type") == "object":
                for each in value.values():
                    self.check_body(about["additionalProperties"]["$ref"], each)
            elif about.get("type") == "boolean":
                assert isinstance(value, bool), name
            elif about.get("type") == "array":
                assert isinstance(value, list), name
            elif about.get("type") == "string":
                assert isinstance(value, str), name
                assert value in about.get("enum", [value]), (name, value)

    def part_names(self, resource: str) -> set[str]:
        return set(self.schemas[PARTS[resource]]["properties"])


@pytest.fixture
def described(discovery_document) -> Described:
    return Described(discovery_document("youtube.v3"), discovery_document("youtubeAnalytics.v2"))


def is_described(line: dict[str, Any]) -> bool:
    is_piece = line["method"] == "PUT" and line["path"] == "/upload/youtube/v3/videos"
    return not is_piece and not line["path"].startswith(("/_sandbox", "/youtube/partner"))


def test_everything_that_is_sent_is_as_google_describes_it(
    studio, sandbox, disk, until_live, lost_power, described
) -> None:
    channel = studio.channel(revenue=True, withdraw="delete")
    release = studio.release(captions=("en", "pt-BR"), production="ai_generated")
    channel.check()
    channel.find(release, disk.progress("k"))
    receipt = until_live(channel, release, disk, sandbox.clock.advance)
    live = attrs.evolve(release, receipt=receipt)
    channel.find(live, disk.progress("k"))
    changed = tuple(
        attrs.evolve(x, file=attrs.evolve(x.file, sha256="e" * 64)) for x in release.cut.captions
    )
    cut = attrs.evolve(release.cut, captions=changed, titles=(("en", "New"),))
    channel.update(attrs.evolve(live, cut=cut), lost_power().progress("u"))
    channel.metrics(live)
    second = studio.release(2, action=sc.Action.PUBLISH)
    until_live(channel, second, lost_power(), sandbox.clock.advance)
    channel.withdraw(live, lost_power().progress("w"))
    lines = [line for line in sandbox.log if is_described(line)]
    for line in lines:
        described.check(line)
        resource = line["path"].rpartition("/")[2]
        if "part" in line["query"]:
            assert set(line["query"]["part"].split(",")) <= described.part_names(resource), line
    seen = {(line["method"], line["path"].rpartition("/")[2]) for line in lines}
    assert seen >= {
        ("POST", "videos"), ("PUT", "videos"), ("GET", "videos"), ("DELETE", "videos"),
        ("POST", "captions"), ("PUT", "captions"), ("GET", "captions"), ("POST", "set"),
        ("GET", "playlists"), ("POST", "playlists"), ("GET", "playlistItems"),
        ("POST", "playlistItems"), ("GET", "channels"), ("GET", "reports"),
    }  # fmt: skip


def test_the_bodies_of_captions_are_two_parts_of_which_the_first_is_the_resource(
    studio, sandbox, disk, until_live, described, monkeypatch
) -> None:
    bodies = []
    send = httpx.Client.request

    def seen(self, method, url, **more):
        if "captions" in str(url) and method == "POST":
            bodies.append((more["headers"]["Content-Type"], more["content"]))
        return send(self, method, url, **more)

    monkeypatch.setattr(httpx.Client, "request", seen)
    until_live(studio.channel(), studio.release(), disk, sandbox.clock.advance)
    ((kind, body),) = bodies
    boundary = re.search(r'boundary="(.+)"', kind)[1]
    _, resource, media, end = body.decode().split(f"--{boundary}")
    described.check_body("Caption", json.loads(resource.partition("\r\n\r\n")[2]))
    assert media.partition("\r\n\r\n")[2].startswith("WEBVTT")
    assert end == "--\r\n"


def test_the_check_catches_what_google_does_not_know(described) -> None:
    good = {"method": "GET", "path": "/youtube/v3/videos", "query": {"part": "id", "id": "x"}}
    described.check(good)
    for wrong in (
        {**good, "path": "/youtube/v3/movies"}, {**good, "query": {"id": "x"}},
        {**good, "query": {**good["query"], "made": "up"}},
        {**good, "method": "PUT", "json": {"snippet": {"titel": "x"}}},
        {**good, "method": "PUT", "json": {"status": {"embeddable": "yes"}}},
    ):  # fmt: skip
        with pytest.raises((AssertionError, KeyError)):
            described.check(wrong)
