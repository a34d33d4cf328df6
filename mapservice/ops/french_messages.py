"""Writes the French catalogue: the sentences of the code, with the spaces that French typography asks for.

Sentences are typed with the spaces of a keyboard, and the labels of controlled lists are a standard's exact words. What
people read has a no-break space before : ; ? ! » and after «; this catalogue puts it there, for every room at once.
Only the sentences that it changes are in it, and every one that has a plural: a sentence that no catalogue knows follows
the rule of English, which says « 0 fiches » where French says « 0 fiche ». `french_messages.py --check` fails when it is late.
"""

import re
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent.parent / "frontend" / "locale"
# Any catalogue that makemessages has just brought up to date names every sentence.
SOURCE = LOCALE / "en" / "LC_MESSAGES" / "django.po"
CATALOGUE = LOCALE / "fr" / "LC_MESSAGES" / "django.po"
HEADER = r"""# Made by mapservice/ops/french_messages.py: change the sentences in the code, not here.
msgid ""
msgstr ""
"Project-Id-Version: mapservice\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"""
# Sentences of libraries that public pages show.
BORROWED = {"Forgot your password?": "Mot de passe oublié ?"}
_BEFORE = re.compile(r"(?<=\S) (?=[:;?!»](?:\W|$))")
_AFTER = re.compile(r"(?<=«) ")
_MESSAGE = re.compile(
    r'^msgid ((?:"[^\n]*"\n)+)(?:msgid_plural ((?:"[^\n]*"\n)+))?msgstr', flags=re.MULTILINE
)


def typeset(sentence: str) -> str:
    """No-break spaces where French wants them. A blank that holds the place of something is one too."""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", sentence))


def entries(source: str) -> list[str]:
    """The entries of the French catalogue, in the order of the source."""
    live = "\n".join(line for line in source.splitlines() if not line.startswith("#")) + "\n"
    return [entry for one, many in _MESSAGE.findall(live) if (entry := french(joined(one), joined(many)))]


def joined(lines: str) -> str:
    """A text that gettext cut over several lines, still escaped."""
    return "".join(re.findall(r'^"(.*)"$', lines, flags=re.MULTILINE))


def french(one: str, many: str) -> str:
    """The entry of a sentence and of its plural; "" for the header, and for what is well set and has no plural."""
    if not many:
        is_same = not one or typeset(one) == one
        return "" if is_same else f'msgid "{one}"\nmsgstr "{typeset(one)}"\n'
    forms = f'msgstr[0] "{typeset(one)}"\nmsgstr[1] "{typeset(many)}"\n'
    return f'msgid "{one}"\nmsgid_plural "{many}"\n{forms}'


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    borrowed = [f'msgid "{english}"\nmsgstr "{typeset(words)}"\n' for english, words in BORROWED.items()]
    text = "\n".join([HEADER, *borrowed, *entries(SOURCE.read_text(encoding="utf-8"))])
    if arguments != ["--check"]:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(text, encoding="utf-8")
    elif not CATALOGUE.exists() or CATALOGUE.read_text(encoding="utf-8") != text:
        sys.stdout.write("The French catalogue is late: run make messages.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
