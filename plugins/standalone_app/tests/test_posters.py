import io

import pytest
from PIL import Image
from syndicator_standalone_app.posters import scale

from syndicator.channel import Refused


def saved(path, image, **options):
    image.save(path, **options)
    return path


def opened(picture):
    return Image.open(io.BytesIO(picture.data))


def test_a_poster_comes_in_three_widths(tmp_path):
    pictures = scale(saved(tmp_path / "p.jpg", Image.new("RGB", (1440, 2160), "red")))
    assert [(each.width, opened(each).size) for each in pictures] == [
        (180, (180, 270)),
        (360, (360, 540)),
        (720, (720, 1080)),
    ]
    assert {each.suffix for each in pictures} == {"jpg"}


def test_a_poster_is_never_enlarged(tmp_path):
    pictures = scale(saved(tmp_path / "p.png", Image.new("RGB", (400, 600))))
    assert [each.width for each in pictures] == [180, 360]


def test_a_tiny_poster_is_kept_at_its_size(tmp_path):
    (picture,) = scale(saved(tmp_path / "p.png", Image.new("RGB", (90, 160))))
    assert (picture.width, opened(picture).size) == (180, (90, 160))


def test_a_photograph_is_turned_as_its_camera_says(tmp_path):
    image = Image.new("RGB", (600, 400))
    exif = image.getexif()
    exif[0x0112] = 6
    pictures = scale(saved(tmp_path / "p.jpg", image, exif=exif))
    assert opened(pictures[0]).size == (180, 270)


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "I;16"])
def test_every_kind_of_picture_becomes_a_plain_one(tmp_path, mode):
    path = tmp_path / ("p.jpg" if mode == "CMYK" else "p.png")
    pictures = scale(saved(path, Image.new(mode, (200, 300))))
    assert opened(pictures[0]).mode == "RGB"


def test_transparency_is_kept(tmp_path):
    pictures = scale(saved(tmp_path / "p.png", Image.new("RGBA", (200, 300), (255, 0, 0, 0))))
    assert pictures[0].suffix == "webp"
    assert opened(pictures[0]).convert("RGBA").getpixel((5, 5))[3] == 0


def test_colours_survive(tmp_path):
    pictures = scale(saved(tmp_path / "p.jpg", Image.new("CMYK", (200, 300), (0, 255, 255, 0))))
    red, green, blue = opened(pictures[0]).getpixel((50, 50))
    assert red > 200
    assert green < 60
    assert blue < 60


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_refused(tmp_path, content):
    path = tmp_path / "p.png"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"p\.png cannot be read as a picture") as refused:
        scale(path)
    assert refused.value.field == "posters"


def test_a_picture_cut_short_is_refused(tmp_path):
    path = saved(tmp_path / "p.jpg", Image.effect_noise((800, 1200), 80).convert("RGB"))
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(Refused, match="cannot be read as a picture"):
        scale(path)
