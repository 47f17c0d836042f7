from syndicator_youtube_shorts.channel import YouTubeShorts

from syndicator.channel.testing import conformance

test_conformance = conformance(YouTubeShorts)
