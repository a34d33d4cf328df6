"""What follows from an address: the commune's name and codes, and the commune of a point."""

from places.models import Commune
from places.models.base import Addressed, Located
from places.territories import find_commune


def complete_address(record: Addressed) -> list[str]:
    """Name, INSEE code and postal code from the commune that was chosen; returns the names of the fields set.

    Without a chosen commune, the one that holds the point is taken. A postal code of another commune is replaced.
    """
    if record.commune is None and isinstance(record, Located):
        record.commune = find_commune(record.location)
    commune = record.commune
    if commune is None:
        return []
    record.commune_name, record.insee_code = commune.name, commune.pk
    if commune.postal_codes and not may_keep(record.postal_code, commune):
        record.postal_code = commune.postal_codes[0]
    return ["commune", "commune_name", "insee_code", "postal_code"]


def may_keep(postal_code: str, commune: Commune) -> bool:
    """A code of the commune, or one that no commune owns: offices and companies have theirs (CEDEX)."""
    if not postal_code or postal_code in commune.postal_codes:
        return bool(postal_code)
    return not Commune.objects.filter(postal_codes__contains=[postal_code]).exists()


def distant_commune(record: Located, commune: Commune | None) -> Commune | None:
    """The commune that holds the point when it is not the one of the address: a doubt to tell, not an error."""
    found = find_commune(record.location)
    return found if found is not None and found != commune else None
