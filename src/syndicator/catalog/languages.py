"""Languages by BCP-47: one spelling for each, and what is said of the rest."""

from __future__ import annotations

from functools import lru_cache

_COMMON = {"es-la": "es-419", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "pt-la": "pt-BR"}
"""Tags in use on platforms that mean something else in BCP-47, or too little."""


class UnknownLanguage(ValueError):  # noqa: N818 - it says what was found
    """A word is no language tag; `hint` says which one may be meant."""

    def __init__(self, word: str, hint: str | None = None) -> None:
        super().__init__(word)
        self.hint = hint


@lru_cache(maxsize=1024)
def canonical(word: str) -> str:
    """Return a tag in its one spelling: `pt_br` gives `pt-BR`.

    Raises:
        UnknownLanguage: nobody speaks it.
    """
    import langcodes

    tag = str(word).replace("_", "-")
    if tag.lower() == "es-la":
        raise UnknownLanguage(word, f"write {_COMMON['es-la']}: es-LA is Spanish as spoken in Laos")
    try:
        standard = langcodes.standardize_tag(tag)
        valid = langcodes.tag_is_valid(standard)
    except ValueError:
        valid, standard = False, ""
    if not valid:
        raise UnknownLanguage(word)
    return standard
