"""A unit in two places, and roads that are too long for the time between two calls."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from mobile_units.drafts import DraftCall
from mobile_units.findings.situation import OtherPassage
from tests.mobile_units.findings.plans import EAST, PARIS, TUESDAYS, WEST, only, sentence, situation, told


def test_overlap_with_another_itinerary_is_told_once_with_its_dates() -> None:
    days = [date(2026, 9, 8), date(2026, 9, 15), date(2026, 9, 22)]
    others = tuple(
        OtherPassage(
            datetime.combine(day, time(9, 30), PARIS),
            datetime.combine(day, time(10, 30), PARIS),
            EAST,
            "Bar-le-Duc – École",
            "Été",
        )
        for day in days
    )
    finding = only(situation(others=others), "overlap")
    assert sentence(finding) == (
        "L'atelier serait à deux endroits à la fois le mardi 8 septembre 2026 : à Revigny – Mairie de 9 h à 10 h "
        "(tournée « Mardis ») et à Bar-le-Duc – École de 9 h 30 à 10 h 30 (tournée « Été »). "
        "De même à 2 autres dates."
    )
    assert (finding.level, finding.count, finding.call) == ("error", 3, 0)


def test_passages_that_touch_do_not_overlap() -> None:
    start = datetime(2026, 9, 8, 10, 0, tzinfo=PARIS)
    touching = (OtherPassage(start, start + timedelta(minutes=30), WEST, "Revigny – Mairie", "Été"),)
    assert told(situation(others=touching)) == []


def test_drive_that_is_too_tight_and_its_fix() -> None:
    tight = replace(TUESDAYS, calls=(DraftCall(WEST, time(9), 60), DraftCall(EAST, time(10, 10), 60)))
    finding = only(situation(tight), "drive_tight")
    assert sentence(finding).startswith(
        "Le mardi 1er septembre 2026, il reste 10 minutes pour aller de Revigny – Mairie à Bar-le-Duc – École : il en "
        "faut environ 12 minutes (10 km, estimés à vol d'oiseau). De même à"
    )
    (fix,) = finding.fixes
    assert (fix.action, fix.change) == ("set_call", {"call": 1, "arrival": "10:12"})
    mended = replace(tight, calls=(tight.calls[0], replace(tight.calls[1], arrival=time(10, 12))))
    assert told(situation(mended)) == []


def test_drive_that_no_road_allows() -> None:
    # 7.3 km in 3 minutes would need 147 km/h in a straight line.
    calls = (DraftCall(WEST, time(9), 60), DraftCall(EAST, time(10, 3), 60))
    assert [code for code, _ in told(situation(replace(TUESDAYS, calls=calls)))] == ["drive_impossible"]
