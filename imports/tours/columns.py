"""The columns of planners' files, in the order of the export. docs/planning-files.md explains each; a test compares."""

from dataclasses import dataclass

from mobile_units.enums import DayPolicy


@dataclass(frozen=True, slots=True)
class Column:
    """`is_needed`: no file without it. `width`: of the spreadsheet's column, in characters."""

    name: str
    is_needed: bool = False
    width: int = 14
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("tournee", is_needed=True, width=28, aliases=("nom_de_la_tournee", "nom")),
    Column("unite", is_needed=True, width=24, aliases=("unite_mobile", "vehicule")),
    Column("rythme", is_needed=True, width=22, aliases=("frequence",)),
    Column("jour", width=10),
    Column("compte_depuis", width=12),
    Column("a_partir_du", is_needed=True, width=12, aliases=("debut", "du")),
    Column("jusqu_au", width=12, aliases=("fin", "au")),
    Column("dates", width=24),
    Column("jours_feries", width=16),
    Column("vacances", width=16, aliases=("vacances_scolaires",)),
    Column("arrivee", is_needed=True, width=8),
    Column("depart", is_needed=True, width=8),
    Column("arret", is_needed=True, width=28, aliases=("libelle",)),
    Column("commune", width=22),
    Column("code_insee", width=10, aliases=("insee",)),
    Column("lon", width=10, aliases=("longitude",)),
    Column("lat", width=10, aliases=("latitude",)),
    Column("statut", width=10),
    Column("tournee_id", width=38),
    Column("halte_id", width=38),
    Column("arret_id", width=38),
)
NAMES = tuple(column.name for column in COLUMNS)
NEEDED = tuple(column.name for column in COLUMNS if column.is_needed)
ALIASES = {alias: column.name for column in COLUMNS for alias in column.aliases}
POLICIES = {
    "pas de passage": DayPolicy.SKIP,
    "passage": DayPolicy.KEEP,
    "à décider": DayPolicy.DECIDE,
}
POLICY_WORDS = {policy: word for word, policy in POLICIES.items()}
STATUS_WORDS = {"draft": "brouillon", "published": "publiée", "closed": "close"}
