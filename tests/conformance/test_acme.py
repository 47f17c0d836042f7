from syndicator.channel.testing import conformance
from syndicator.channel.testing.acme.channel import Acme

test_conformance = conformance(Acme)
