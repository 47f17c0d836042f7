from syndicator_tiktok.drama_center.channel import DramaCenter

from syndicator.channel.testing import conformance

test_conformance = conformance(DramaCenter, pairs=0)
