from syndicator_tiktok.minis.channel import Minis

from syndicator.channel.testing import conformance

test_conformance = conformance(Minis)
