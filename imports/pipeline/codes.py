"""Every issue an import can raise: its stable code, its level, its sentence.

Sentences are read by civil servants. `%(value)s` is what the file says (shortened), `%(detail)s` what the import did or
found. docs/importing.md lists the same codes; a test compares them.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from imports.pipeline.records import Finding, Issue, Level

MAX_VALUE_LENGTH = 120
_BEFORE = re.compile(r" ([:;?!»])")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INSIDE = re.compile(r"« ")


@dataclass(frozen=True, slots=True)
class Code:
    level: Level
    sentence: str


def error(sentence: str) -> Code:
    """The line is refused."""
    return Code(Level.ERROR, sentence)


def warning(sentence: str) -> Code:
    """The line is used, a value is not, or somebody should look."""
    return Code(Level.WARNING, sentence)


def info(sentence: str) -> Code:
    """Good to know."""
    return Code(Level.INFO, sentence)


FILE_CODES = {
    "encoding_cp1252": info(_("Le fichier est en Windows-1252 et non en UTF-8 : il a été lu ainsi.")),
    "encoding_mixed": warning(
        _("Le fichier mélange deux encodages (UTF-8 et Windows-1252) : vérifiez les accents.")
    ),
    "column_ignored": info(_("La colonne « %(value)s » n'est pas reprise.")),
    "column_missing": warning(
        _("La colonne « %(value)s », reçue auparavant, manque : ce qu'elle avait donné reste en place.")
    ),
    "vanish_suspended": warning(
        _("Des lignes sont illisibles, identifiant compris : aucune fiche n'est dite disparue cette fois.")
    ),
    "brake": error(
        _("Trop de fiches disparaîtraient : %(detail)s. Si c'est voulu, relancez avec --accept-vanished.")
    ),
}
LINE_CODES = {
    "line_unreadable": error(_("La ligne ne se lit pas : %(detail)s.")),
    "cell_count": error(_("La ligne a %(detail)s : elle est décalée.")),
    "not_a_record": error(_("Cet élément n'est pas une fiche.")),
    "id_missing": error(_("L'identifiant manque.")),
    "id_duplicate": error(_("L'identifiant « %(value)s » est déjà celui de la ligne %(detail)s.")),
    "name_missing": error(_("Le nom manque.")),
    "nowhere": error(_("Ni commune, ni code postal, ni point : on ne sait pas où est ce lieu.")),
    "overseas": error(
        _("Ce lieu est outre-mer (%(value)s) : le catalogue s'arrête à la France métropolitaine.")
    ),
}
POINT_CODES = {
    "point_missing": warning(_("Les coordonnées manquent : le lieu n'est pas sur la carte.")),
    "point_zero": warning(_("Le point (0, 0) veut dire « inconnu » : il n'est pas repris.")),
    "point_invalid": warning(_("Les coordonnées « %(value)s » ne sont pas une latitude et une longitude.")),
    "point_outside": warning(
        _("Le point (%(value)s) est hors de France métropolitaine : il n'est pas repris.")
    ),
    "point_swapped": warning(
        _(
            "Latitude et longitude étaient inversées : remises dans l'ordre, elles tombent dans le bon département."
        )
    ),
    "point_swapped_doubtful": warning(
        _("Latitude et longitude (%(value)s) semblent inversées, sans preuve : le point n'est pas repris.")
    ),
    "point_shared": info(_("Même point que la ligne %(detail)s.")),
    "point_crowded": warning(
        _("Même point que %(detail)s autres lignes : sans doute le centre de la commune.")
    ),
    "point_far": warning(
        _("Le point est à %(detail)s km de la commune (%(value)s) : l'un des deux est faux.")
    ),
}
ADDRESS_CODES = {
    "commune_missing": warning(_("La commune manque ou n'est pas un nom (« %(value)s »).")),
    "commune_unknown": warning(
        _("La commune « %(value)s » n'est pas reconnue dans le département %(detail)s.")
    ),
    "postal_code_invalid": warning(_("« %(value)s » n'est pas un code postal : il n'est pas repris.")),
    "insee_invalid": warning(_("« %(value)s » n'est pas un code INSEE : il n'est pas repris.")),
    "codes_disagree": warning(_("Le code postal et le code INSEE (%(value)s) ne vont pas ensemble.")),
}
VALUE_CODES = {
    "phone_invalid": warning(_("« %(value)s » n'est pas un numéro de téléphone : il n'est pas repris.")),
    "phone_extra": info(_("Plusieurs téléphones : seul le premier est repris.")),
    "email_invalid": warning(_("« %(value)s » n'est pas une adresse de courriel : elle n'est pas reprise.")),
    "email_personal": info(
        _("Un courriel semble être celui d'une personne (%(value)s) : gardé en privé, il n'est pas publié.")
    ),
    "url_invalid": warning(_("« %(value)s » n'est pas une adresse web : elle n'est pas reprise.")),
    "hours_unreadable": warning(_("Horaires « %(value)s » montrés tels quels. %(detail)s")),
    "date_invalid": warning(_("« %(value)s » n'est pas une date : elle n'est pas reprise.")),
    "date_future": warning(_("La date « %(value)s » est à venir : elle n'est pas reprise.")),
    "pivot_zero": info(_("Le SIRET n'est fait que de zéros : il n'est pas repris.")),
    "pivot_invalid": warning(_("« %(value)s » n'est ni un SIRET ni un numéro RNA : il n'est pas repris.")),
    "value_unknown": warning(_("« %(value)s » n'est pas dans la liste de la colonne « %(detail)s ».")),
    "text_cut": warning(_("Le texte est trop long : coupé à %(detail)s caractères.")),
    "html_removed": info(_("Des balises HTML ont été retirées.")),
    "characters_removed": info(_("Des caractères invisibles ont été retirés.")),
    "formula": warning(_("« %(value)s » est une formule de tableur : elle n'est pas reprise.")),
    "not_text": warning(_("La colonne « %(detail)s » devrait être un texte : sa valeur n'est pas reprise.")),
}
RECORD_CODES = {
    "lookalike": warning(_("Peut-être le même lieu que %(detail)s : créé en brouillon, à comparer.")),
    "kept_by_hand": info(
        _("Champ « %(detail)s » corrigé à la main : la nouvelle valeur de la source n'est pas appliquée.")
    ),
    "vanished": warning(_("La fiche %(value)s n'est plus dans la source : marquée, rien n'est supprimé.")),
    "returned": info(_("La fiche %(value)s est de retour dans la source.")),
    "place_deleted": info(_("Le lieu de la fiche %(value)s a été supprimé ici : il n'est pas recréé.")),
    "still_listed": info(_("Le lieu est fermé ici, la source le donne toujours.")),
}
CODES: dict[str, Code] = {
    **FILE_CODES,
    **LINE_CODES,
    **POINT_CODES,
    **ADDRESS_CODES,
    **VALUE_CODES,
    **RECORD_CODES,
}


def shorten(text: str) -> str:
    """At most MAX_VALUE_LENGTH characters on one line, of those that can be stored and shown."""
    flat = " ".join(_UNSHOWN.sub(" ", text[: MAX_VALUE_LENGTH * 4]).split())
    return flat if len(flat) <= MAX_VALUE_LENGTH else f"{flat[: MAX_VALUE_LENGTH - 1]}…"


def typeset(sentence: str) -> str:
    """French spaces that do not break, before double signs and inside guillemets."""
    return _INSIDE.sub("«\u00a0", _BEFORE.sub("\u00a0\\1", sentence))


def make_issue(finding: Finding, line: int | None, *, field: str = "", external_id: str = "") -> Issue:
    """The finding as a sentence in the language of the person who reads."""
    code = CODES[finding.code]
    words = {"value": shorten(finding.value), "detail": finding.detail}
    message = typeset(gettext(code.sentence) % words)
    return Issue(line, code.level, finding.code, message, field, words["value"], shorten(external_id))
