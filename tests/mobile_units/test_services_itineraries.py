"""Saving, publishing, changing and ending itineraries, through real transactions and the database's own rules."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point

from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm
from mobile_units.findings import warnings
from mobile_units.models import Call, Itinerary, ItineraryException, MobileUnit, Passage, Stop
from mobile_units.services.calls import draft_of
from mobile_units.services.confirm import Override
from mobile_units.services.exceptions import DateChange, except_date
from mobile_units.services.history import versions
from mobile_units.services.itineraries import (
    Written,
    change_from,
    create_itinerary,
    discard_draft,
    end_itinerary,
    publish,
    save_itinerary,
)
from mobile_units.services.preview import Preview, preview_draft, preview_itinerary
from mobile_units.services.restore import draft_at, restore
from mobile_units.services.writing import Missing, Refused, StaleVersion, Unconfirmed
from places.enums import Status
from tests.factories import MobileUnitFactory, StopFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 1, 1, 8, 0, tzinfo=PARIS)


@pytest.fixture
def planner() -> User:
    return User.objects.create_user("planif", first_name="Anne", last_name="Lorrain")


def far_stop(name: str, lon: float, lat: float = 48.77) -> Stop:
    return StopFactory(name=name, location=Point(lon, lat, srid=4326))


def draft(unit: MobileUnit | None = None, **values: Any) -> Draft:
    """Every Tuesday of 2027, holidays kept, two calls 7 km apart with an hour between them."""
    calls = values.pop("calls", None) or (
        DraftCall(far_stop("Mairie", 5.10).pk, time(9), 60),
        DraftCall(far_stop("École", 5.20).pk, time(11), 60),
    )
    return replace(
        Draft(
            unit_id=(unit or MobileUnitFactory(name="L'atelier")).pk,
            name="Mardis",
            valid_from=date(2027, 1, 1),
            valid_until=date(2027, 12, 31),
            rhythm=Rhythm.WEEKLY,
            weekday=1,
            public_holidays=DayPolicy.KEEP,
            calls=calls,
        ),
        **values,
    )


def published(planner: User, **values: Any) -> Itinerary:
    made = create_itinerary(user=planner, draft=draft(**values), now=NOW).itinerary
    return publish_now(planner, made).itinerary


def publish_now(planner: User, itinerary: Itinerary, now: datetime = NOW) -> Written:
    seen = preview_itinerary(itinerary=itinerary, now=now)
    return publish(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        digest=seen.difference.digest,
        now=now,
    )


def rewrite(planner: User, itinerary: Itinerary, new: Draft, now: datetime = NOW) -> Written:
    seen = preview_draft(draft=new, itinerary=itinerary, now=now)
    return save_itinerary(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        draft=new,
        digest=seen.difference.digest,
        overrides=accepted(seen),
        now=now,
    )


def accepted(seen: Preview) -> list[Override]:
    """Every warning, with a reason."""
    return [Override(one.code, one.subject, "C'est voulu") for one in warnings(seen.findings)]


def stored(itinerary: Itinerary) -> Draft:
    return draft_of(Itinerary.objects.get(pk=itinerary.pk))


def test_create_keeps_a_draft_without_passages(planner: User) -> None:
    wanted = draft()
    itinerary = create_itinerary(user=planner, draft=wanted, now=NOW).itinerary
    assert (itinerary.status, itinerary.passages.count(), itinerary.version) == (Status.DRAFT, 0, 2)
    kept = stored(itinerary)
    assert replace(kept, calls=tuple(replace(call, id=None) for call in kept.calls)) == wanted


def test_publish_makes_what_the_preview_said(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    seen = preview_itinerary(itinerary=itinerary, now=NOW)
    assert Passage.objects.count() == 0
    written = publish_now(planner, itinerary)
    # 52 Tuesdays in 2027, two calls each.
    assert (seen.difference.sentence, len(written.expansion.created)) == ("+104", 104)
    assert {one.pk for one in seen.difference.added} == set(Passage.objects.values_list("pk", flat=True))
    assert Itinerary.objects.get(pk=itinerary.pk).status == Status.PUBLISHED


def test_publish_refuses_a_difference_that_nobody_saw(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    with pytest.raises(Unconfirmed) as refusal:
        publish(user=planner, itinerary_id=itinerary.pk, version=itinerary.version, digest="", now=NOW)
    assert refusal.value.preview.difference.sentence == "+104"
    assert Passage.objects.count() == 0


def test_save_published_moves_and_keeps_ids(planner: User) -> None:
    itinerary = published(planner)
    ids = set(Passage.objects.values_list("pk", flat=True))
    kept = stored(itinerary)
    later = tuple(replace(call, id=None, arrival=time(call.arrival.hour, 30)) for call in kept.calls)
    new = replace(kept, calls=later)
    seen = preview_draft(draft=new, itinerary=itinerary, now=NOW)
    assert seen.difference.sentence == "104 déplacés"
    rewrite(planner, itinerary, new)
    assert set(Passage.objects.values_list("pk", flat=True)) == ids
    first = Passage.objects.order_by("start").first()
    assert first is not None
    assert (first.start.astimezone(PARIS).time(), first.sequence) == (time(9, 30), 1)


def test_calls_may_exchange_their_hours(planner: User) -> None:
    itinerary = published(planner)
    one, other = stored(itinerary).calls
    swapped = (replace(one, arrival=other.arrival), replace(other, arrival=one.arrival))
    rewrite(planner, itinerary, replace(stored(itinerary), calls=swapped))
    assert {call.id: call.arrival for call in stored(itinerary).calls} == {
        one.id: time(11),
        other.id: time(9),
    }


def test_call_with_passages_is_ended_and_one_without_deleted(planner: User) -> None:
    itinerary = published(planner)
    first, second = stored(itinerary).calls
    rewrite(planner, itinerary, replace(stored(itinerary), calls=(first,)))
    assert Call.objects.filter(pk__in=[second.id]).values_list("is_active", flat=True)[0] is False
    fresh = create_itinerary(user=planner, draft=draft(name="Autre"), now=NOW).itinerary
    kept, gone = stored(fresh).calls
    rewrite(planner, fresh, replace(stored(fresh), calls=(kept,)))
    assert not Call.objects.filter(pk__in=[gone.id]).exists()


def test_version_of_a_writer_who_saw_less(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    first, _second = stored(itinerary).calls
    mine = rewrite(planner, itinerary, replace(stored(itinerary), name="À moi", calls=(first,))).itinerary
    with pytest.raises(StaleVersion) as refusal:
        save_itinerary(
            user=planner,
            itinerary_id=itinerary.pk,
            version=itinerary.version,
            draft=replace(draft(), name="À l'autre"),
            now=NOW,
        )
    changed = {change.field: (change.before, change.after) for change in refusal.value.changes}
    assert set(changed) == {"name", "calls"}
    assert changed["name"] == ("Mardis", "À moi")
    assert [len(calls) for calls in changed["calls"]] == [2, 1]
    assert refusal.value.current.version == mine.version
    assert stored(itinerary).name == "À moi"


def test_exception_moves_the_version_too(planner: User) -> None:
    itinerary = published(planner)
    change = DateChange(ExceptionKind.CANCEL, date(2027, 3, 2), "Neige")
    except_date(user=planner, itinerary_id=itinerary.pk, version=itinerary.version, change=change, now=NOW)
    with pytest.raises(StaleVersion) as refusal:
        end_itinerary(
            user=planner,
            itinerary_id=itinerary.pk,
            version=itinerary.version,
            last_day=date(2027, 6, 30),
            now=NOW,
        )
    assert [change.field for change in refusal.value.changes] == ["exceptions"]


def test_save_without_change_keeps_the_version(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    again = rewrite(planner, itinerary, stored(itinerary)).itinerary
    assert again.version == itinerary.version


def test_overlap_is_refused_with_both_stops_times_and_names(planner: User) -> None:
    itinerary = published(planner)
    clash = draft(unit=itinerary.unit, name="Seconde", weekday=1)
    clash = replace(clash, calls=(DraftCall(far_stop("Église", 5.10).pk, time(9, 30), 60),))
    made = create_itinerary(user=planner, draft=clash, now=NOW).itinerary
    with pytest.raises(Refused) as refusal:
        publish_now(planner, made)
    (finding,) = [one for one in refusal.value.findings if one.code == "overlap"]
    assert (finding.level, finding.count) == ("error", 52)
    for part in (
        "Mairie",
        "Église",
        "9 h",
        "10 h",
        "9 h 30",
        "10 h 30",
        "« Mardis »",
        "« Seconde »",
        "5 janvier 2027",
    ):
        assert part in finding.sentence.replace("\u00a0", " ")


def test_change_from_a_date_leaves_what_was_and_starts_what_follows(planner: User) -> None:
    itinerary = published(planner)
    except_date(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        change=DateChange(ExceptionKind.CANCEL, date(2027, 6, 8), "Pont"),
        now=NOW,
    )
    itinerary.refresh_from_db()
    earlier = list(Passage.objects.filter(on_date__lt=date(2027, 6, 1)).order_by("pk").values())
    first, _second = stored(itinerary).calls
    new = replace(stored(itinerary), name="Été", calls=(replace(first, arrival=time(14)),))
    seen = preview_draft(draft=new, itinerary=itinerary, from_date=date(2027, 6, 1), now=NOW)
    # 31 Tuesdays are left, one of them cancelled beforehand for both.
    assert seen.difference.sentence == "+30, −62"
    written = change_from(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        from_date=date(2027, 6, 1),
        draft=new,
        digest=seen.difference.digest,
        overrides=accepted(seen),
        now=NOW,
    )
    successor = written.itinerary
    itinerary.refresh_from_db()
    assert (itinerary.valid_until, successor.valid_from, successor.follows_id) == (
        date(2027, 5, 31),
        date(2027, 6, 1),
        itinerary.pk,
    )
    assert list(Passage.objects.filter(on_date__lt=date(2027, 6, 1)).order_by("pk").values()) == earlier
    assert itinerary.passages.filter(on_date__gte=date(2027, 6, 1)).count() == 0
    assert successor.passages.count() == 31
    assert list(successor.exceptions.values_list("on_date", flat=True)) == [date(2027, 6, 8)]
    assert successor.passages.get(on_date=date(2027, 6, 8)).status == "cancelled"


def test_what_was_announced_of_one_call_goes_on_in_the_successor(planner: User) -> None:
    itinerary = published(planner)
    kept, left = itinerary.calls.order_by("arrival")
    for call in (kept, left):
        itinerary.refresh_from_db()
        except_date(
            user=planner,
            itinerary_id=itinerary.pk,
            version=itinerary.version,
            change=DateChange(ExceptionKind.CANCEL, date(2027, 6, 8), "Salle occupée", call_id=call.pk),
            now=NOW,
        )
    itinerary = Itinerary.objects.get(pk=itinerary.pk)
    first, _second = stored(itinerary).calls
    new = replace(stored(itinerary), calls=(replace(first, arrival=time(14)),))
    seen = preview_draft(draft=new, itinerary=itinerary, from_date=date(2027, 6, 1), now=NOW)
    successor = change_from(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        from_date=date(2027, 6, 1),
        draft=new,
        digest=seen.difference.digest,
        overrides=accepted(seen),
        now=NOW,
    ).itinerary
    told = successor.passages.filter(status="cancelled").values_list("on_date", "reason")
    assert list(told) == [(date(2027, 6, 8), "Salle occupée")]
    assert [one.call_id for one in successor.exceptions.all()] == [successor.calls.get().pk]


def test_successor_at_the_same_hour_replaces_announced_passages_without_cancelling(planner: User) -> None:
    itinerary = published(planner)
    new = replace(stored(itinerary), name="Suite")
    seen = preview_draft(draft=new, itinerary=itinerary, from_date=date(2027, 1, 12), now=NOW)
    change_from(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        from_date=date(2027, 1, 12),
        draft=new,
        digest=seen.difference.digest,
        now=NOW,
    )
    assert Passage.objects.filter(status="cancelled").count() == 0
    assert Passage.objects.count() == 104


def test_end_cancels_the_announced_and_removes_the_rest(planner: User) -> None:
    itinerary = published(planner)
    end_itinerary(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        last_day=date(2027, 1, 10),
        reason="Fin de l'expérience",
        now=NOW,
    )
    rows = list(Passage.objects.order_by("start").values_list("on_date", "status", "reason"))
    assert [row[0].day for row in rows if row[1] == "scheduled"] == [5, 5]
    assert {row[2] for row in rows if row[1] == "cancelled"} == {"Fin de l'expérience"}
    assert max(row[0] for row in rows) == date(2027, 2, 2)


def test_discard_only_what_was_never_public(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    discard_draft(user=planner, itinerary_id=itinerary.pk, version=itinerary.version)
    assert not Itinerary.objects.filter(pk=itinerary.pk).exists()
    away = (DraftCall(far_stop("Ailleurs", 5.60).pk, time(9), 60),)
    public = published(planner, calls=away)
    with pytest.raises(Refused):
        discard_draft(user=planner, itinerary_id=public.pk, version=public.version)


def test_restore_brings_rule_and_calls_back_with_their_ids(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    before = stored(itinerary)
    changed = rewrite(
        planner, itinerary, replace(before, weekday=3, calls=before.calls[:1], name="Jeudis")
    ).itinerary
    restored = restore(
        user=planner,
        itinerary_id=itinerary.pk,
        version=changed.version,
        to_version=itinerary.version,
        now=NOW,
    ).itinerary
    assert stored(restored) == before
    assert restored.version > changed.version


def test_restore_of_what_is_public_gives_passages_their_ids_back(planner: User) -> None:
    itinerary = published(planner)
    before = {(row.pk, row.start) for row in Passage.objects.all()}
    changed = rewrite(
        planner, itinerary, replace(stored(itinerary), calls=stored(itinerary).calls[:1])
    ).itinerary
    # Of 52 passages, the five within 35 days were announced: they stay, cancelled.
    assert Passage.objects.filter(status="cancelled").count() == 5
    assert Passage.objects.count() == 52 + 5
    old = draft_at(changed, itinerary.version)
    seen = preview_draft(draft=old, itinerary=changed, now=NOW)
    assert seen.difference.sentence == "+52"
    restore(
        user=planner,
        itinerary_id=itinerary.pk,
        version=changed.version,
        to_version=itinerary.version,
        digest=seen.difference.digest,
        now=NOW,
    )
    assert {(row.pk, row.start) for row in Passage.objects.happening()} == before


def test_history_says_who_and_what(planner: User) -> None:
    itinerary = create_itinerary(user=planner, draft=draft(), now=NOW).itinerary
    rewrite(planner, itinerary, replace(stored(itinerary), name="Autrement"))
    latest = versions(itinerary)[0]
    assert (latest.who, [(one.field, one.before, one.after) for one in latest.changes]) == (
        "Anne Lorrain",
        [("name", "Mardis", "Autrement")],
    )


def test_unknown_itinerary() -> None:
    with pytest.raises(Missing):
        discard_draft(user=None, itinerary_id=draft().unit_id, version=1)


def test_overridden_warning_is_kept_with_its_reason(planner: User) -> None:
    stops = [far_stop("A", 5.40), far_stop("B", 5.50)]
    tight = (DraftCall(stops[0].pk, time(9), 60), DraftCall(stops[1].pk, time(10, 5), 60))
    itinerary = create_itinerary(user=planner, draft=draft(calls=tight), now=NOW).itinerary
    seen = preview_itinerary(itinerary=itinerary, now=NOW)
    (warning,) = [one for one in seen.findings if one.level == "warning"]
    with pytest.raises(Refused) as refusal:
        publish_now(planner, itinerary)
    assert [one.code for one in refusal.value.findings] == ["drive_tight"]
    publish(
        user=planner,
        itinerary_id=itinerary.pk,
        version=itinerary.version,
        digest=seen.difference.digest,
        overrides=[Override(warning.code, warning.subject, "La route est droite")],
        now=NOW,
    )
    assert Itinerary.objects.get(pk=itinerary.pk).overrides == [
        {
            "code": "drive_tight",
            "subject": f"{stops[0].pk} {stops[1].pk}",
            "reason": "La route est droite",
            "by": planner.pk,
            "on": "2027-01-01",
        }
    ]
    assert ItineraryException.objects.count() == 0
