"""Every issue that a file of tours can raise: its stable code, its level, its sentence for a planner.

`%(value)s` is what the cell says, `%(detail)s` what was expected or found. docs/planning-files.md lists the same codes;
a test compares them.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from imports.pipeline.codes import Code, error, info, shorten, typeset, warning
from imports.pipeline.records import Issue

CODES: dict[str, Code] = {
    # The file.
    "column_unknown": info(_("La colonne « %(value)s » n'est pas reprise.")),
    "column_close": warning(
        _("La colonne « %(value)s » n'est pas reprise. Vouliez-vous dire « %(detail)s » ?")
    ),
    # The line.
    "line_unreadable": error(_("La ligne ne se lit pas : %(detail)s.")),
    "value_missing": error(_("La colonne « %(detail)s » est vide.")),
    "formula": error(_("« %(value)s » est une formule de tableur : écrivez sa valeur.")),
    "text_long": error(_("Le texte a plus de %(detail)s caractères.")),
    "date_invalid": error(_("« %(value)s » n'est pas une date : écrivez-la %(detail)s.")),
    "time_invalid": error(_("« %(value)s » n'est pas une heure : écrivez-la 14:30.")),
    "id_invalid": error(_("« %(value)s » n'est pas un identifiant : laissez la cellule vide.")),
    "word_unknown": error(
        _("« %(value)s » n'est pas une valeur de cette colonne. La plus proche : « %(detail)s ».")
    ),
    "rhythm_unknown": error(_("Le rythme « %(value)s » n'est pas compris. Le plus proche : « %(detail)s ».")),
    "unit_unknown": error(_("Aucune unité ne s'appelle « %(value)s ». La plus proche : « %(detail)s ».")),
    "departure_before_arrival": error(_("La halte finit à %(value)s, avant de commencer à %(detail)s.")),
    "call_zero": error(_("La halte de %(value)s dure 0 minute : elle doit finir après avoir commencé.")),
    "calls_overlap": error(_("La halte de %(value)s chevauche celle de la ligne %(detail)s.")),
    "tour_disagrees": error(
        _("La ligne contredit la première de sa tournée (ligne %(detail)s) : %(value)s.")
    ),
    "tour_incomplete": warning(
        _("La tournée « %(value)s » a des lignes refusées : elle n'est pas reprise tant qu'elles le sont.")
    ),
    "tour_partial": warning(_("La tournée « %(value)s » est reprise sans ses lignes refusées (%(detail)s).")),
    "tour_refused": error(_("La tournée « %(value)s » est refusée : %(detail)s")),
    "tour_closed": error(_("La tournée « %(value)s » est close : donnez un autre nom à la nouvelle.")),
    "tour_other_unit": error(
        _("La tournée « %(value)s » est celle de « %(detail)s » : elle garde son unité.")
    ),
    "tour_unknown": error(
        _("Aucune tournée n'a l'identifiant « %(value)s » : laissez la cellule vide pour en faire une.")
    ),
    "tour_twice": error(_("La tournée « %(value)s » est déjà celle de la ligne %(detail)s.")),
    "tour_revised": info(
        _("La tournée « %(value)s » est publiée : la nouvelle version attend à côté, en brouillon.")
    ),
    # Rules of iCalendar.
    "rule_unreadable": error(_("La règle « %(value)s » ne se lit pas.")),
    "rule_unsayable": error(_("Aucun des cinq rythmes ne dit la règle « %(value)s » : %(detail)s.")),
    "day_contradicts": error(_("Le jour « %(value)s » contredit la règle, qui dit %(detail)s.")),
    "start_not_on_day": warning(
        _(
            "Le premier jour (%(value)s) n'est pas un %(detail)s : les passages commencent au %(detail)s suivant de la règle."
        )
    ),
    "hours_unsayable": error(_("Les horaires « %(value)s » ne sont pas ceux d'un seul jour de la semaine.")),
    "exceptions_unread": warning(
        _("Les exceptions « %(value)s » ne sont pas reprises : ajoutez-les à la tournée.")
    ),
    # The point.
    "point_missing": warning(_("L'arrêt n'a pas de point : placez-le sur la carte avant de publier.")),
    "point_zero": warning(_("Le point (0, 0) veut dire « inconnu » : il n'est pas repris.")),
    "point_invalid": warning(_("Les coordonnées « %(value)s » ne sont pas une latitude et une longitude.")),
    "point_outside": warning(_("Le point (%(value)s) est hors du territoire servi : il n'est pas repris.")),
    "point_swapped": warning(
        _("Latitude et longitude (%(value)s) semblent inversées : le point n'est pas repris.")
    ),
    "point_far": warning(
        _(
            "Le point est à %(detail)s km de tout autre arrêt de l'unité : il est sans doute faux, et n'est pas repris."
        )
    ),
    "commune_unknown": error(
        _("La commune « %(value)s » n'est pas reconnue. La plus proche : « %(detail)s ».")
    ),
    "stop_unknown": error(_("Aucun arrêt n'a l'identifiant « %(value)s ».")),
    "stop_renamed": info(
        _(
            "L'arrêt s'appelle ici « %(detail)s » et non « %(value)s » : son nom et son point ne changent pas par ce fichier."
        )
    ),
}


def say(code: str, line: int | None, column: str = "", value: object = "", detail: object = "") -> Issue:
    """The issue as a sentence in the reader's language. A line is that of the file, the header being 1."""
    shown = shorten(str(value))
    message = gettext(CODES[code].sentence) % {"value": shown, "detail": shorten(str(detail))}
    return Issue(line, CODES[code].level, code, typeset(message), column, shown)
