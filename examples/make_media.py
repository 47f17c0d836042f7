"""Make the example's media: moving pictures and sound that show episode and timecode.

    python examples/make_media.py [FOLDER]

Everything is drawn with Pillow and encoded with PyAV, so that nothing here has another owner. Files
that are there already are left alone.
"""

from __future__ import annotations

import colorsys
import math
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, RATE, SECONDS = 720, 1280, 24, 7
SOUND_RATE = 44100

SERIES: dict[str, dict[str, Any]] = {
    "lantern-street": {
        "title": {"en": "Lantern Street", "pt-BR": "Rua das Lanternas"},
        "hue": 0.08,
        "chord": (220.0, 277.2, 329.6, 440.0),
        "lines": {
            "en": ("Nobody lights the last lantern.", "Then who was here last night?"),
            "pt-BR": ("Ninguém acende a última lanterna.", "Então quem esteve aqui ontem?"),
        },
    },
    "second-heir": {
        "title": {"en": "The Second Heir", "pt-BR": "A Segunda Herdeira"},
        "hue": 0.6,
        "chord": (196.0, 233.1, 293.7, 392.0),
        "lines": {
            "en": ("The will names two of us.", "And I have never met you."),
            "pt-BR": ("O testamento cita duas de nós.", "E eu nunca te vi."),
        },
    },
}
EPISODES = 5


def font(size: int) -> Any:
    """Return Pillow's own font, so that no machine needs another."""
    return ImageFont.load_default(size=size)


def colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    """Return a colour of the series' palette."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def background(hue: float) -> Image.Image:
    """Return the still part of a picture: a night sky over roofs."""
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), colour(hue + 0.08 * y / HEIGHT, 0.75, 0.12 + 0.30 * y / HEIGHT))
    picture = column.resize((WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for number in range(7):
        left, top = number * 110 - 30, 880 + (number * 137) % 150
        draw.rectangle((left, top, left + 104, HEIGHT), fill=colour(hue + 0.05, 0.6, 0.10))
        draw.polygon([(left - 8, top), (left + 112, top), (left + 52, top - 60)],
                     fill=colour(hue + 0.05, 0.7, 0.08))  # fmt: skip
    return picture


def picture(series: str, words: str, number: int, moment: float) -> Image.Image:
    """Return one frame: lanterns that swing, the title, the episode and the time."""
    about = SERIES[series]
    image = background(about["hue"]).copy()
    draw = ImageDraw.Draw(image)
    for lamp in range(5):
        swing = math.sin(moment * 2.2 + lamp * 1.3 + number)
        x = 90 + lamp * 135 + swing * 26
        y = 300 + 60 * math.sin(lamp * 1.9 + number) + 10 * math.cos(moment * 3 + lamp)
        glow = 0.75 + 0.25 * math.sin(moment * 5 + lamp)
        draw.line((90 + lamp * 135, 0, x, y - 46), fill=colour(about["hue"], 0.3, 0.5), width=3)
        for radius, value in ((62, 0.35), (48, 0.6), (34, 1.0)):
            fill = colour(about["hue"] + 0.05 * lamp / 5, 0.8 - 0.5 * value, value * glow)
            draw.ellipse((x - radius, y - radius * 1.2, x + radius, y + radius * 1.2), fill=fill)
    walker = (moment / SECONDS) * (WIDTH + 160) - 80
    draw.ellipse((walker - 26, 1000, walker + 26, 1052), fill=(12, 10, 16))
    draw.rounded_rectangle((walker - 32, 1050, walker + 32, 1190), 28, fill=(12, 10, 16))
    middle = WIDTH / 2
    draw.text((middle, 560), about["title"]["en"], font=font(64), fill="white", anchor="mm")
    draw.text((middle, 660), words, font=font(92), fill="white", anchor="mm")
    frames = round(moment * RATE)
    code = f"00:00:{frames // RATE:02}:{frames % RATE:02}"
    draw.text((middle, 760), code, font=font(44), fill=colour(about["hue"], 0.25, 1), anchor="mm")
    return image


def sound(series: str, number: int, first: int, count: int) -> bytes:
    """Return samples of a slow arpeggio, one note a second, as 16-bit mono."""
    chord = SERIES[series]["chord"]
    samples = []
    for index in range(first, first + count):
        moment = index / SOUND_RATE
        note = chord[(int(moment) + number) % len(chord)]
        fade = math.exp(-2.2 * (moment % 1))
        wave = math.sin(math.tau * note * moment) + 0.4 * math.sin(math.tau * 2 * note * moment)
        samples.append(round(9000 * fade * wave))
    return struct.pack(f"<{len(samples)}h", *samples)


def write_video(path: Path, series: str, words: str, number: int, seconds: float) -> None:
    """Write one video, complete or not at all."""
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
        options = {"crf": "31", "preset": "slow", "tune": "animation"}
        video = container.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = RATE * 2
        audio = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        audio.bit_rate = 48_000
        per_frame = SOUND_RATE // RATE
        for frame in range(round(seconds * RATE)):
            image = picture(series, words, number, frame / RATE)
            container.mux(video.encode(av.VideoFrame.from_image(image)))
            samples = av.AudioFrame(format="s16", layout="mono", samples=per_frame)
            samples.sample_rate = SOUND_RATE
            samples.pts = frame * per_frame
            data = sound(series, number, frame * per_frame, per_frame)
            samples.planes[0].update(data.ljust(samples.planes[0].buffer_size, b"\0"))
            container.mux(audio.encode(samples))
        container.mux(video.encode())
        container.mux(audio.encode())
    part.replace(path)


def poster(series: str, language: str) -> Image.Image:
    """Return a poster in one language."""
    about = SERIES[series]
    image = background(about["hue"])
    draw = ImageDraw.Draw(image)
    for radius in range(300, 60, -12):
        value = 1 - radius / 340
        fill = colour(about["hue"] + 0.04, 0.75 - 0.4 * value, 0.25 + 0.75 * value)
        draw.ellipse((360 - radius, 470 - radius, 360 + radius, 470 + radius), fill=fill)
    draw.rounded_rectangle((330, 620, 390, 900), 24, fill=(12, 10, 16))
    draw.ellipse((322, 560, 398, 636), fill=(12, 10, 16))
    words = about["title"][language].split()
    for number, line in enumerate((" ".join(words[:-1]), words[-1])):
        draw.text((360, 960 + 110 * number), line, font=font(96), fill="white", anchor="mm")
    return image


def times(seconds: float, lines: int) -> Iterator[tuple[float, float]]:
    """Yield from when to when each caption stands."""
    each = seconds / lines
    for number in range(lines):
        yield number * each + 0.3, (number + 1) * each - 0.3


def stamp(moment: float, comma: bool = False) -> str:
    """Return a caption's time."""
    text = f"00:00:{int(moment):02}.{round(moment % 1 * 1000):03}"
    return text.replace(".", ",") if comma else text


def captions(series: str, language: str, number: int, suffix: str) -> str:
    """Return an episode's captions in one of three formats."""
    lines = [f"{number}: {line}" for line in SERIES[series]["lines"][language]]
    cues = list(zip(times(SECONDS, len(lines)), lines, strict=True))
    if suffix == "vtt":
        body = "\n".join(f"{stamp(a)} --> {stamp(b)}\n{text}\n" for (a, b), text in cues)
        return f"WEBVTT\n\n{body}"
    if suffix == "srt":
        return "\n".join(
            f"{count}\n{stamp(a, comma=True)} --> {stamp(b, comma=True)}\n{text}\n"
            for count, ((a, b), text) in enumerate(cues, 1)
        )
    body = "".join(f'<p begin="{stamp(a)}" end="{stamp(b)}">{text}</p>' for (a, b), text in cues)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml" '
        f'xml:lang="{language}"><body><div>{body}</div></body></tt>\n'
    )


def make(folder: Path) -> None:
    """Make everything that is not there yet."""
    for series in SERIES:
        home = folder / "catalog" / series
        home.mkdir(parents=True, exist_ok=True)
        numbers = range(1, EPISODES + 1)
        wanted = [(f"ep{n:03}.mp4", f"Episode {n}", n, float(SECONDS)) for n in numbers]
        wanted.append(("trailer.mp4", "Trailer", 0, 4.0))
        for name, words, number, seconds in wanted:
            if not (home / name).exists():
                print(f"{series}/{name}", flush=True)
                write_video(home / name, series, words, number, seconds)
        for language, name in (("en", "poster.jpg"), ("pt-BR", "poster.pt-BR.jpg")):
            if not (home / name).exists():
                print(f"{series}/{name}", flush=True)
                poster(series, language).save(home / name, quality=82)
        for number in range(1, EPISODES + 1):
            for language, suffix in (("en", "vtt"), ("pt-BR", "ttml" if number == 1 else "srt")):
                path = home / f"ep{number:03}.{language}.{suffix}"
                path.write_text(captions(series, language, number, suffix), encoding="utf-8")


if __name__ == "__main__":
    default = Path(__file__).resolve().parent / "two-series"
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
