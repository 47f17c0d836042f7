"""Tables, code and docstrings as Markdown."""

from __future__ import annotations

SECTIONS = ("Args:", "Returns:", "Raises:")


def row(*cells: object) -> str:
    return "| " + " | ".join(_cell(each) for each in cells) + " |"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def table(*heads: str) -> list[str]:
    return [row(*heads), row(*("---" for _ in heads))]


def code(value: object) -> str:
    text = str(value)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def paragraphs(text: str) -> list[str]:
    """Return a docstring as Markdown: a line for each sentence, indented parts as they are."""
    result: list[str] = []
    for part in text.strip().split("\n\n"):
        lines = part.splitlines()
        if lines and lines[0] in SECTIONS:
            result += [lines[0], "", *_items(lines[1:]), ""]
        elif any(line.startswith("    ") for line in lines):
            result += ["```text", *(line.removeprefix("    ") for line in lines), "```", ""]
        else:
            result += [*_sentences(part), ""]
    return result


def _sentences(text: str) -> list[str]:
    lines: list[str] = []
    for each in text.splitlines():
        if lines and not each.startswith("- "):
            lines[-1] += " " + each.strip()
        else:
            lines.append(each.strip())
    return lines


def _items(lines: list[str]) -> list[str]:
    """Return what stands under `Raises:` and the like as a list; deeper lines go on with theirs."""
    items: list[str] = []
    for line in lines:
        if items and line.startswith("     "):
            items[-1] += " " + line.strip()
        else:
            items.append(f"- {line.strip()}")
    return items
