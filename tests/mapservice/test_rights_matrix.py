"""The whole table of rights: every role, object and verb, through `may` and through the doors that people and programs use.

What is expected is worked out from the cells of the table and from how the objects were made, by rules of these tests.
The verbs of Django's own permissions are walked through the administration by `test_accounts_roles`.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from mapservice.accounts.permissions import DJANGO_VERBS, RULES, Role
from places.actors import may
from places.models import Place
from tests.mapservice.actors_world import HELD, Thing, World, build
from tests.mapservice.rights_doors import DOORS, WITHOUT_DOOR, WITHOUT_DOOR_OF_ITS_ROLE, Door, is_allowed

pytestmark = pytest.mark.django_db

CELLS = sorted(
    {(label, verb) for table in RULES.values() for label, verbs in table.items() for verb in verbs}
)


@pytest.fixture
def world() -> World:
    return build()


def test_every_cell_of_the_table_by_may(world: World, record_property: Callable[[str, object], None]) -> None:
    wrong, walked = [], Counter[bool]()
    for role in Role:
        actor = world.actors[role]
        assert actor.roles == HELD[role]
        for label, verb in CELLS:
            for thing in [*world.about(label), Thing(label)]:
                expected = is_allowed(HELD[role], role, verb, thing)
                walked[expected] += 1
                if may(actor, verb, thing.record) is not expected:
                    wrong.append((role.value, verb, label, thing.owner, thing.is_public, expected))
    record_property(
        "told", f"{walked.total()} cells walked by `may`: {walked[True]} allowed, {walked[False]} refused"
    )
    assert wrong == []
    assert walked[True] > 500
    assert walked[False] > 4000


_SIGN_IN = ("/comptes/", "/admin/login/")


def is_open(response: Any) -> bool:
    """Whether the door opened, be it to find the form wanting; broken pages are no answer."""
    assert response.status_code < 500, response
    if response.status_code in {301, 302, 303}:
        return not response["Location"].startswith(_SIGN_IN)
    return response.status_code not in {401, 403, 404}


def knock(world: World, door: Door, role: Role, thing: Thing) -> bool:
    """Tries the door, and leaves everything as it was."""
    kind = (
        {"content_type": "application/json"} if isinstance(door.data, str) and door.method == "post" else {}
    )
    client = world.clients[role]
    data = door.data(client, thing.record) if callable(door.data) else door.data
    sent = None if door.method == "get" else data
    with transaction.atomic():
        opened = is_open(getattr(client, door.method)(door.address(thing.record), sent, **kind))
        if door.happened:
            opened = door.happened(thing.record)
        transaction.set_rollback(True)
    return opened


def test_every_cell_through_its_doors(world: World, record_property: Callable[[str, object], None]) -> None:
    wrong, walked, opened = [], Counter[bool](), set()
    for (label, verb), doors in DOORS.items():
        for door in doors:
            for thing, role in itertools.product(filter(door.fits, world.about(label)), Role):
                # One's own, and nobody's: `may` was asked about the others'.
                if thing.owner not in {role, None}:
                    continue
                expected = door.expects(role, verb, thing)
                walked[expected] += 1
                if expected:
                    opened.add((role, label, verb))
                if knock(world, door, role, thing) is not expected:
                    address = door.address(thing.record)
                    wrong.append((role.value, verb, door.method, address, thing.owner, expected))
    record_property(
        "told", f"{walked.total()} cells knocked at: {walked[True]} opened, {walked[False]} stayed closed"
    )
    assert wrong == []
    assert walked[True] > 250
    assert walked[False] > 1200
    # What a role may do, it can do somewhere: through a door that opened above, or as is written beside the cell.
    granted = {
        (role, label, verb)
        for role, table in RULES.items()
        for label, verbs in table.items()
        for verb in verbs
        if (label, verb) not in WITHOUT_DOOR and verb not in DJANGO_VERBS
    }
    assert granted - opened == set(WITHOUT_DOOR_OF_ITS_ROLE)


def test_every_verb_has_a_door_or_a_reason() -> None:
    known = {*DOORS, *WITHOUT_DOOR}
    assert DOORS.keys() & WITHOUT_DOOR.keys() == set()
    # Django's verbs have the administration: `test_accounts_roles` walks it.
    assert [cell for cell in CELLS if cell not in known and cell[1] not in DJANGO_VERBS] == []
    assert [cell for cell in [*DOORS, *WITHOUT_DOOR] if cell not in CELLS] == []


def test_kinds_of_objects_are_all_made(world: World) -> None:
    made = {thing.label for thing in world.things}
    assert {label for label, _ in DOORS} <= made
    assert Place.objects.count() > 10
