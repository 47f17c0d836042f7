import struct
import wave
from fractions import Fraction

import av
import pytest
from syndicator_standalone_app.packaging import pack
from syndicator_standalone_app.source import read_source

from syndicator.channel import Refused

PRORES = {"codec": "prores_ks", "pixels": "yuv422p10le", "options": {}}
HEVC = {"codec": "libx265", "options": {"x265-params": "log-level=none:keyint=30"}}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "hls"
    made.mkdir()
    return made


@pytest.fixture
def packed(folder, tmp_path, make, clip_type):
    def packed(name, **clip):
        path = make(tmp_path / name, clip_type(**clip))
        return path, pack(path, folder)

    return packed


def pictures(folder):
    with av.open(str(folder / "video.m3u8")) as made:
        return [float(frame.pts * frame.time_base) for frame in made.decode(video=0)]


def seconds_of_sound(folder):
    with av.open(str(folder / "video.m3u8")) as made:
        if not made.streams.audio:
            return None
        return sum(frame.samples / frame.sample_rate for frame in made.decode(audio=0))


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_what_browsers_play_is_copied_and_not_encoded_again(packed, folder):
    path, made = packed("a.mp4")
    assert packets(path) == packets(folder / "video.m3u8")
    assert made.rendition.codecs[0].startswith("avc1.")
    assert made.rendition.codecs[1:] == ("mp4a.40.2",)


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("mezzanine.mov", {**PRORES, "sound": "pcm_s16le"}),
        ("hevc.mp4", HEVC),
        ("hevc10.mp4", {**HEVC, "pixels": "yuv420p10le"}),
        ("high10.mkv", {"pixels": "yuv420p10le"}),
        ("high444.mkv", {"pixels": "yuv444p"}),
        ("pcm.mov", {"sound": "pcm_s16le", "samples": 22_050}),
        ("transport.ts", {}),
        ("matroska.mkv", {}),
        ("late.ts", {"start_s": 10}),
        ("late.mkv", {"start_s": 10}),
    ],
)
def test_every_picture_and_all_sound_arrive_in_what_browsers_play(packed, folder, name, clip):
    _, made = packed(name, **clip)
    times = pictures(folder)
    assert len(times) == 75
    assert times[-1] - times[0] == pytest.approx(74 / 30, abs=0.02)
    assert 0 <= times[0] < 0.2
    assert seconds_of_sound(folder) == pytest.approx(2.5, abs=0.08)
    assert made.duration_s == pytest.approx(2.5, abs=0.05)
    with av.open(str(folder / "video.m3u8")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (audio.codec_context.name, audio.codec_context.profile) == ("aac", "LC")


def test_sound_and_picture_begin_together(packed, folder):
    packed("late.mkv", start_s=10, sound="pcm_s16le")
    with av.open(str(folder / "video.m3u8")) as container:
        starts = [float(each.start_time * each.time_base) for each in container.streams]
    assert abs(starts[0] - starts[1]) < 0.1


def test_segments_are_about_two_seconds_and_begin_with_a_keyframe(packed, folder):
    packed("mezzanine.mov", **PRORES, frames=150, rate=30)
    text = (folder / "video.m3u8").read_text()
    assert '#EXT-X-MAP:URI="init.mp4"' in text
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in text
    assert text.rstrip().endswith("#EXT-X-ENDLIST")
    lengths = [float(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF")]
    assert lengths == pytest.approx([2, 2, 1], abs=0.01)
    for number in range(3):
        joined = folder / f"joined{number}.mp4"
        segment = folder / f"segment-{number:05}.m4s"
        joined.write_bytes((folder / "init.mp4").read_bytes() + segment.read_bytes())
        with av.open(str(joined)) as container:
            assert next(container.demux(video=0)).is_keyframe


def test_a_clip_without_sound_has_none(packed, folder):
    _, made = packed("silent.mp4", sound=None)
    assert len(made.rendition.codecs) == 1
    assert seconds_of_sound(folder) is None
    assert len(pictures(folder)) == 75


def test_odd_sizes_become_even_ones(packed):
    _, made = packed("odd.mkv", codec="ffv1", pixels="yuv444p", width=271, height=481, options={})
    assert (made.rendition.width, made.rendition.height) == (270, 480)


def test_a_variable_frame_rate_keeps_its_times(packed, folder):
    times = (0, 1, 2, 10, 11, 30, 31, 32, 60, 70)
    packed("variable.mkv", codec="ffv1", options={}, frames=10, times=times)
    found = pictures(folder)
    assert [each - found[0] for each in found] == pytest.approx([t / 30 for t in times], abs=0.01)


def test_a_copied_variable_frame_rate_keeps_its_times(packed, folder):
    times = (0, 1, 2, 10, 11, 30, 31, 32, 60, 70)
    packed("variable.mkv", frames=10, times=times, options={"g": "3", "preset": "medium"})
    assert (folder / "segment-00001.m4s").exists()
    found = pictures(folder)
    assert [each - found[0] for each in found] == pytest.approx([t / 30 for t in times], abs=0.01)


@pytest.mark.parametrize(
    ("matrix", "size"),
    [((0, 1, -1, 0), (480, 270)), ((0, -1, 1, 0), (480, 270)), ((-1, 0, 0, -1), (270, 480))],
)
def test_a_picture_that_lies_on_its_side_is_turned_upright(folder, tmp_path, clip, matrix, size):
    path = tmp_path / "turned.mp4"
    path.write_bytes(clip.read_bytes())
    turned(path, matrix)
    assert read_source(path).rotation != 0
    made = pack(path, folder)
    assert (made.rendition.width, made.rendition.height) == size
    assert len(pictures(folder)) == 75
    with av.open(str(folder / "video.m3u8")) as container:
        assert next(container.decode(video=0)).rotation == 0


def turned(path, matrix):
    """Write a display matrix into the header of an MP4's first track."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def test_turning_goes_the_way_the_file_says(folder, tmp_path):
    path = tmp_path / "left.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30)
        video.width, video.height, video.pix_fmt = 64, 32, "yuv420p"
        for number in range(30):
            frame = av.VideoFrame(64, 32, "rgb24")
            row = bytes([255] * 32 * 3 + [0] * 32 * 3).ljust(frame.planes[0].line_size, b"\0")
            frame.planes[0].update(row * 32)  # white on the left
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(video.encode(frame))
        container.mux(video.encode())
    pack(turned(path, (0, 1, -1, 0)), folder)  # shown turned clockwise: white on top
    with av.open(str(folder / "video.m3u8")) as container:
        image = next(container.decode(video=0)).to_image().convert("L")
    assert image.size == (32, 64)
    assert image.getpixel((16, 8)) > 200
    assert image.getpixel((16, 56)) < 50


def test_the_same_file_gives_the_same_bytes(tmp_path, make, clip_type):
    path = make(tmp_path / "mezzanine.mov", clip_type(**PRORES))
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pack(path, tmp_path / name)
        made.append({each.name: each.read_bytes() for each in (tmp_path / name).iterdir()})
    assert made[0] == made[1]


def test_the_master_figures_are_those_of_the_segments(packed, folder):
    _, made = packed("a.mp4")
    sizes = [each.stat().st_size for each in folder.glob("*.m4s")]
    assert made.rendition.average_bandwidth == pytest.approx(8 * sum(sizes) / 2.5, rel=0.02)
    assert made.rendition.bandwidth >= made.rendition.average_bandwidth
    assert made.rendition.frame_rate == pytest.approx(30, abs=0.1)
    assert (made.rendition.width, made.rendition.height) == (270, 480)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_cut_short_is_refused(tmp_path, folder, make, clip_type, share):
    path = make(tmp_path / "whole.mkv", clip_type(frames=300))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(Refused, match=r"cut short|damaged") as refused:
        pack(path, folder)
    assert refused.value.field == "media"
    assert "whole.mkv" in refused.value.reason


def test_a_film_without_its_index_is_refused(tmp_path, folder, clip):
    path = tmp_path / "half.mp4"
    path.write_bytes(clip.read_bytes()[:4000])
    with pytest.raises(Refused, match=r"half\.mp4 cannot be read as video"):
        pack(path, folder)


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 100, bytes(5000)])
def test_what_is_no_video_is_refused(tmp_path, folder, content):
    path = tmp_path / "notes.mp4"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"notes\.mp4"):
        pack(path, folder)


def test_sound_alone_is_refused(tmp_path, folder):
    path = tmp_path / "song.wav"
    with wave.open(str(path), "wb") as song:
        song.setparams((1, 2, 48_000, 0, "NONE", ""))
        song.writeframes(bytes(9600))
    with pytest.raises(Refused, match="no picture in it"):
        pack(path, folder)


def test_a_folder_may_have_any_name(tmp_path, clip):
    folder = tmp_path / "100% %d drama: ção"
    folder.mkdir()
    pack(clip, folder)
    assert len(pictures(folder)) == 75
    assert sorted(each.name for each in folder.iterdir()) == [
        "init.mp4",
        "segment-00000.m4s",
        "segment-00001.m4s",
        "video.m3u8",
    ]


def test_a_playlist_in_disguise_fetches_nothing(tmp_path, folder):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        path = tmp_path / "ep.mp4"
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.ts"
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{address}\n#EXT-X-ENDLIST\n"
        )
        with pytest.raises(Refused, match=r"ep\.mp4"):
            pack(path, folder)
        with pytest.raises(TimeoutError):
            server.accept()
