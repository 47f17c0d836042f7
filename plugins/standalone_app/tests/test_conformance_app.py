from syndicator_standalone_app.channel import StandaloneApp

from syndicator.channel.testing import conformance

test_conformance = conformance(StandaloneApp, pairs=0)
