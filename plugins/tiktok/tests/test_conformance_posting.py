from syndicator_tiktok.posting.channel import Posting

from syndicator.channel.testing import conformance

test_conformance = conformance(Posting)
