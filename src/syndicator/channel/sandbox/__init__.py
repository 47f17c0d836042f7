"""What a sandbox is made of: a local server that speaks a platform's documented protocol, strictly.

    from syndicator.channel.sandbox import Reply, Request, Sandbox, route

    class Acme(Sandbox):
        name = "acme"

        @route("POST", "/v1/posts")
        def post(self, request: Request) -> Reply:
            number = self.store.next("posts")
            self.store.put("posts", str(number), {"title": request.json()["title"]})
            return Reply(201, json={"id": number})

Its state survives a restart, its clock can be moved, and faults happen on demand, at the socket: an
answer is lost before or after the effect, a body is cut, a connection is reset.
"""

from syndicator.channel.sandbox._clock import Clock
from syndicator.channel.sandbox._consent import consent_page, is_loopback, send_back
from syndicator.channel.sandbox._faults import Faults
from syndicator.channel.sandbox._messages import BadBody, Post, Reply, Request
from syndicator.channel.sandbox._routes import route
from syndicator.channel.sandbox._server import Sandbox
from syndicator.channel.sandbox._store import Store

__all__ = [
    "BadBody",
    "Clock",
    "Faults",
    "Post",
    "Reply",
    "Request",
    "Sandbox",
    "Store",
    "consent_page",
    "is_loopback",
    "route",
    "send_back",
]
