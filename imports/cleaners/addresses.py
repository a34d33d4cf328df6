"""Communes and streets as the files write them, and keys that see through two spellings of one address."""

import re

from places.territories import name_words

OVERSEAS_PREFIXES = ("97", "98")
# Small words of commune names stay small when capitals are undone.
_SMALL = frozenset(
    [
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "lès",
        "lez",
        "lés",
        "aux",
        "au",
        "à",
        "sous",
        "sur",
    ]
)
_ARRONDISSEMENT = re.compile(
    r"^(Paris|Lyon|Marseille)\s*-?\s*\d{1,2}\s*(?:er|e|ème|eme)?\b(?:\s+arrondissement)?$", re.IGNORECASE
)
_STREETS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "ch": "chemin",
    "che": "chemin",
    "crs": "cours",
    "fbg": "faubourg",
    "imp": "impasse",
    "pl": "place",
    "qu": "quai",
    "r": "rue",
    "rte": "route",
    "sq": "square",
}
_NO_MEANING = frozenset({"d", "de", "des", "du", "l", "la", "le", "les"})


def is_overseas(postal_code: str, insee_code: str) -> bool:
    """The postal code, else the INSEE code, is one of the overseas départements and territories."""
    return (postal_code or insee_code).startswith(OVERSEAS_PREFIXES)


def tidy_commune(text: str) -> str:
    """`MARSEILLE 11` → `Marseille`, `BAR-LE-DUC` → `Bar-le-Duc`; a name that is not all capitals stays as it is."""
    if city := _ARRONDISSEMENT.match(text):
        return city.group(1).capitalize()
    return small_capitals(text) if text.isupper() else text


def small_capitals(text: str) -> str:
    """Capitals at the beginning of words, except of the small ones inside."""
    words = re.split(r"([\s'’-]+)", text.lower())
    return "".join(
        word if index and word in _SMALL else word[:1].upper() + word[1:] for index, word in enumerate(words)
    )


def words_key(text: str) -> str:
    """Equal for `3 PL DE LA MAIRIE` and `3, place de la Mairie`; numbers count, small words do not."""
    return "".join(word for word in plain_words(text) if word not in _NO_MEANING)


def plain_words(text: str) -> list[str]:
    """Words without accents, abbreviations of ways written in full, numbers kept."""
    parts = re.findall(r"\d+|[^\W\d_]+", text)
    plain = (part if part.isdigit() else "".join(name_words(part)) for part in parts)
    return [_STREETS.get(word, word) for word in plain if word]
