"""A poster becomes small web pictures: upright, in sRGB, in a few widths."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import attrs

from syndicator.channel import Refused

VERSION = 1
"""Of what is made of a file; part of every name."""

WIDTHS = (180, 360, 720)
PIXELS_MAX = 100_000_000
QUALITY = 82


@attrs.frozen
class Picture:
    """One size of a poster."""

    width: int
    """The size's name: its width, or more than its width where the original is smaller."""

    suffix: str
    """`jpg`, or `webp` where there is transparency."""

    data: bytes


def scale(path: Path) -> tuple[Picture, ...]:
    """Return a poster in every width that the original has, and the smallest in any case.

    Raises:
        Refused: no picture, or one of absurd size.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.width * image.height > PIXELS_MAX:
                raise Refused(
                    "posters",
                    f"{path.name} is {image.width}x{image.height}; export it under 4000x6000",
                )
            upright = _upright(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(
            "posters", f"{path.name} cannot be read as a picture ({_said(error)})"
        ) from None
    wanted = [width for width in WIDTHS if width <= upright.width] or [WIDTHS[0]]
    return tuple(_sized(upright, width) for width in wanted)


def _said(error: Exception) -> str:
    return "unknown format" if "cannot identify" in str(error) else str(error)


def _upright(image: Any) -> Any:
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I;16"):
        turned = turned.point(lambda value: value / 256).convert("L")
    is_clear = turned.has_transparency_data
    return _in_srgb(turned, "RGBA" if is_clear else "RGB")


def _in_srgb(image: Any, mode: str) -> Any:
    """Return the picture in sRGB; one without a (sound) profile is taken to be that already."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            converted = image
        image = converted
    return image.convert(mode)


def _sized(image: Any, width: int) -> Picture:
    from PIL import Image

    real = min(width, image.width)
    height = max(1, round(image.height * real / image.width))
    small = image.resize((real, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if image.mode == "RGBA":
        small.save(out, "WEBP", quality=QUALITY, method=4)
        return Picture(width, "webp", out.getvalue())
    small.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(width, "jpg", out.getvalue())
