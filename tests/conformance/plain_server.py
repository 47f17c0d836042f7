"""A platform that knows nothing of syndicator: `python plain_server.py PORT`, and all in memory."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

POSTERS: dict[str, dict[str, str]] = {}


class Wall(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = str(len(POSTERS) + 1)
        POSTERS[number] = {**wish, "id": number}
        self._say(201, POSTERS[number])

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/posters":
            tags = parse_qs(parts.query).get("tag")
            self._say(200, [p for p in POSTERS.values() if not tags or p["tag"] == tags[0]])
            return
        found = POSTERS.get(parts.path.rpartition("/")[2])
        self._say(200 if found else 404, found or {"error": "no such poster"})

    def log_message(self, *args: object) -> None: ...

    def _say(self, status: int, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Wall) as server:
        print(server.server_address[1], flush=True)  # noqa: T201 - whoever starts it reads this
        server.serve_forever()
