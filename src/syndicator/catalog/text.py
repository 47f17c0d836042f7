"""Bytes to text: which encodings we take, and what we say of the others."""

from __future__ import annotations

from pathlib import Path

from syndicator.model.problem import Place, Problem

SIZE_MAX = 5_000_000
"""Bytes; a file that a person writes is a thousand times smaller."""


def read_text(path: Path, shown: str) -> tuple[str | None, list[Problem]]:
    """Return a file's text (UTF-8, or UTF-16 with its mark), or what is wrong with it."""
    place = Place(shown)
    try:
        size = path.stat().st_size
        if size > SIZE_MAX:
            text = f"the file has {size:,} bytes; nobody writes that by hand"
            limit = f"at most {SIZE_MAX:,} bytes"
            return None, [Problem("too-large", text, place, expected=limit)]
        data = path.read_bytes()
    except OSError as error:
        return None, [Problem("unreadable", f"cannot be read: {error.strerror}", place)]
    return decode(data, shown)


def decode(data: bytes, shown: str) -> tuple[str | None, list[Problem]]:
    """Return the text of bytes, or what is wrong with them and where."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        problem = Problem(
            "wrong-encoding",
            "this is not UTF-8 text",
            Place(shown, line, column),
            found=f"byte 0x{data[error.start]:02x}",
            expected="UTF-8",
            hint="save it again as UTF-8 in your editor",
        )
        return None, [problem]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [Problem("not-text", "this is no text file", Place(shown, line),
                              found="a NUL byte", expected="UTF-8 text")]  # fmt: skip
    return text, []
