"""The weekly grid as a form, and its reading back, without any script."""

from collections.abc import Iterable
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from frontend.hours.forms import OPEN_ON_HOLIDAYS, HoursForm
from frontend.hours.times import read_time, write_time
from frontend.hours.views import MAX_QUERY
from mapservice.settings.env import Rate
from places.hours_grid import NTHS, from_osm
from tests.frontend.hours_pages import page

KEPT = "Mo-Fr 09:00-12:00; Jul 04-Aug 31 off"


def data(*fields: tuple[str, str], **more: str) -> QueryDict:
    """What a form sends: names without their prefix."""
    pairs = [*fields, *((name.replace("_", "-"), value) for name, value in more.items())]
    return QueryDict(urlencode([(f"hours-{name}", value) for name, value in pairs]))


def lines(*typed: tuple[int, str, str]) -> Iterable[tuple[str, str]]:
    """(weekday, start, end) as typed, on the first free line of the day."""
    used: dict[int, int] = {}
    for weekday, start, end in typed:
        index = used.setdefault(weekday, 0)
        used[weekday] += 1
        yield f"{weekday}-{index}-start", start
        yield f"{weekday}-{index}-end", end


def plain(sentences: Iterable[str]) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in sentences]


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        *(
            (text, 570)
            for text in ("9h30", "09:30", "9:30", "9.30", "930", "0930", "9 h 30", "9H30", "9 heures 30")
        ),
        *((text, 540) for text in ("9", "9h", "09h", "9 h", "9h00", "900", "9 heures")),
        ("0", 0),
        ("minuit", 0),
        ("midi", 720),
        ("24h", 1440),
        ("24:00", 1440),
        *(
            (text, None)
            for text in ("", "25h", "9h60", "24h01", "9h5", "9-30", "neuf", "-9", "9h30h", "٩", "12345")
        ),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, minutes: int | None) -> None:
    assert read_time(typed) == minutes


@given(st.integers(0, 1440))
def test_times_that_are_shown_are_read_back(minutes: int) -> None:
    assert read_time(write_time(minutes)) == minutes


def test_week_is_read_with_its_note_and_its_appointments() -> None:
    typed = lines((0, "9h", "12h"), (0, "14", "18"), (1, "9h30", "minuit"), (4, "22h", "2h"))
    form = HoursForm(data(*typed, holidays="closed", appointment="yes", note="  Sonnez   fort "))
    assert form.is_valid()
    assert form.opening_hours == (
        "Mo 09:00-12:00,14:00-18:00, Tu 09:30-24:00, Fr 22:00-02:00; PH 02:00-26:00 off"
    )
    assert (form.opening_hours_note, form.help_by_appointment) == ("Sonnez fort", True)
    assert plain(form.words)[0] == "Lundi : 9 h – 12 h et 14 h – 18 h"


def test_weeks_count_only_where_the_day_says_certain_weeks() -> None:
    weeks = (
        ("1-0-weeks", "nth"),
        ("1-0-nths", "3"),
        ("1-0-nths", "1"),
        ("2-0-weeks", "odd"),
        ("2-some", "1"),
    )
    typed = [*lines((1, "9h", "12h"), (2, "9h", "12h")), *weeks]
    assert HoursForm(data(*typed)).opening_hours == "Tu 09:00-12:00; week 1-53/2 We 09:00-12:00"
    assert HoursForm(data(*typed, ("1-some", "1"))).opening_hours == (
        "week 1-53/2 We 09:00-12:00; Tu[1,3] 09:00-12:00"
    )


def test_closed_day_keeps_what_was_typed_out_of_the_hours() -> None:
    form = HoursForm(data(*lines((0, "9h", "12h"), (1, "nimporte", "")), ("1-closed", "1")))
    assert form.is_valid()
    assert form.opening_hours == "Mo 09:00-12:00"
    assert form.days[1].lines[0].start == "nimporte"


def test_empty_form_is_valid_and_says_nothing() -> None:
    form = HoursForm(data())
    assert form.is_valid()
    assert (form.opening_hours, form.opening_hours_note, form.help_by_appointment) == ("", "", None)
    assert HoursForm().is_valid() is False


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            [(0, "14h", "12h")],
            "0-0-start",
            (
                "Lundi, plage 1 (14 h – 12 h) : la fin vient avant le début. "
                "Une plage qui passe minuit finit à 6 h au plus tard."
            ),
        ),
        ([(2, "9h", "9h")], "2-0-start", "Mercredi, plage 1 : elle commence et finit à la même heure."),
        (
            [(0, "9h", "12h"), (0, "11h", "13h")],
            "0-1-start",
            "Lundi, plage 2 (11 h – 13 h) : elle chevauche une autre plage du jour.",
        ),
        (
            [(6, "22h", "2h"), (0, "1h", "3h")],
            "6-0-start",
            "Dimanche, plage 1 (22 h – 2 h (le lendemain)) : elle déborde sur une plage du lundi.",
        ),
        ([(5, "9h", "")], "5-0-end", "Samedi, plage 1 : il manque l'heure de fin."),
        ([(5, "", "9h")], "5-0-start", "Samedi, plage 1 : il manque l'heure de début."),
        (
            [(5, "9h", "25h")],
            "5-0-end",
            "Samedi, plage 1 : « 25h » n'est pas une heure. Écrivez par exemple 9h30 ou 930.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_day(
    typed: list[tuple[int, str, str]], field: str, sentence: str
) -> None:
    form = HoursForm(data(*lines(*typed)))
    assert not form.is_valid()
    assert {name: plain(found) for name, found in form.errors.items()} == {f"hours-{field}": [sentence]}
    assert [plain(day.errors) for day in form.days if day.errors] == [[sentence]]
    assert (form.opening_hours, form.words) == ("", [])


def test_weeks_of_the_month_must_be_chosen() -> None:
    form = HoursForm(data(*lines((1, "9h", "12h")), ("1-some", "1"), ("1-0-weeks", "nth"), ("1-0-nths", "9")))
    assert plain(form.errors["hours-1-0-nths"]) == ["Mardi, plage 1 : indiquez quelles semaines du mois."]


def test_a_week_of_closed_days_is_not_taken_for_unknown_hours() -> None:
    form = HoursForm(data(*((f"{day}-closed", "1") for day in range(7))))
    assert list(form.errors) == ["hours-0-closed"]
    assert form.week_errors == form.errors["hours-0-closed"]


def test_holidays_as_usual_are_kept_by_the_note() -> None:
    form = HoursForm(data(*lines((0, "9h", "12h")), holidays="open", note="Sonnez."))
    assert (form.opening_hours, form.opening_hours_note) == ("Mo 09:00-12:00", f"{OPEN_ON_HOLIDAYS} Sonnez.")
    again = HoursForm(initial_osm=form.opening_hours, initial_note=form.opening_hours_note)
    assert (again.holidays, again.note) == ("open", "Sonnez.")
    alone = HoursForm(data(holidays="open"))
    assert (alone.opening_hours, alone.opening_hours_note) == ("", "")


def test_note_is_bounded_with_the_sentence_that_it_keeps() -> None:
    assert HoursForm(data(note="x" * 300)).is_valid()
    assert list(HoursForm(data(note="x" * 301)).errors) == ["hours-note"]
    tight = data(*lines((0, "9h", "12h")), holidays="open", note="x" * 290)
    assert HoursForm(tight).note_errors != []


def test_stored_week_is_shown_and_sent_back_as_it_was() -> None:
    text = "Mo-Fr 09:00-12:00,14:00-18:00, Tu[1,3,-1] 18:30-20:00, week 2-52/2 Fr 22:00-02:00; PH 02:00-26:00 off"
    form = HoursForm(initial_osm=text, initial_by_appointment=False)
    assert [day.is_closed for day in form.days] == [False] * 5 + [True] * 2
    assert [day.has_some_weeks for day in form.days] == [False, True, False, False, True, False, False]
    assert (form.kept, form.holidays, form.appointment) == ("", "closed", "no")
    fields = [("holidays", "closed")]
    for day in form.days:
        fields += [(f"{day.weekday}-some", "1")] * day.has_some_weeks
        for line in day.filled:
            name = f"{day.weekday}-{line.index}"
            fields += [
                (f"{name}-start", line.start),
                (f"{name}-end", line.end),
                (f"{name}-weeks", line.weeks),
            ]
            fields += [(f"{name}-nths", rank) for rank in line.nths]
    assert from_osm(HoursForm(data(*fields)).opening_hours) == from_osm(text)


def test_hours_beyond_the_grid_are_shown_in_words_and_kept() -> None:
    form = HoursForm(initial_osm=KEPT)
    assert form.is_kept
    assert plain(form.kept_words)[-1] == "Du 4 juillet au 31 août : fermé"
    sent = HoursForm(data(kept=KEPT, keep="yes"), initial_osm=KEPT)
    assert sent.is_valid()
    assert sent.opening_hours == KEPT


def test_hours_beyond_the_grid_can_be_replaced() -> None:
    form = HoursForm(data(*lines((0, "9h", "12h")), kept=KEPT, keep="no"), initial_osm=KEPT)
    assert form.is_valid()
    assert form.opening_hours == "Mo 09:00-12:00"


def test_stored_hours_that_cannot_be_read_stay_and_others_are_checked() -> None:
    assert HoursForm(data(kept="lundi matin"), initial_osm="lundi matin").is_valid()
    forged = HoursForm(data(kept="mardi <script>"), initial_osm="lundi matin")
    assert list(forged.errors) == ["hours-kept"]


def test_more_lines_are_shown_one_at_a_time() -> None:
    assert [day.shown for day in HoursForm().days] == [2] * 7
    once = HoursForm(data(more="3"))
    assert once.wants_more
    assert [day.shown for day in once.days] == [2, 2, 2, 3, 2, 2, 2]
    twice = HoursForm(data(("3-shown", "3"), more="3"))
    assert (twice.days[3].shown, twice.days[3].can_grow) == (4, False)
    assert not HoursForm(data()).wants_more
    assert HoursForm(data(more="read")).wants_more
    assert [day.shown for day in HoursForm(data(("0-shown", "99"), more="99")).days] == [2] * 7


def test_prefix_tells_two_forms_apart() -> None:
    both = QueryDict("a-0-0-start=9&a-0-0-end=12&b-0-0-start=14&b-0-0-end=18")
    assert HoursForm(both, prefix="a").opening_hours == "Mo 09:00-12:00"
    assert HoursForm(both, prefix="b").opening_hours == "Mo 14:00-18:00"


def test_reading_answers_words_problems_and_hours(client: Client) -> None:
    answer = client.get("/proposer/horaires", {"hours-1-0-start": "9h", "hours-1-0-end": "12"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    document = answer.json()
    assert plain(document["words"]) == ["Mardi : 9 h – 12 h", "Lundi, du mercredi au dimanche : fermé"]
    assert (document["problems"], document["opening_hours"]) == ([], "Tu 09:00-12:00")


def test_reading_says_what_is_wrong(client: Client) -> None:
    document = client.get("/proposer/horaires", {"hours-1-0-start": "9h", "hours-1-0-end": "<b>"}).json()
    assert (document["words"], document["opening_hours"]) == ([], "")
    assert [each["field"] for each in document["problems"]] == ["hours-1-0-end"]
    assert "« <b> »" in plain([document["problems"][0]["message"]])[0]


def test_reading_takes_the_fullest_week_and_no_more(client: Client) -> None:
    fields = [("hours-note", "é" * 300), ("hours-holidays", "closed"), ("hours-appointment", "yes")]
    for day in range(7):
        fields += [(f"hours-{day}-some", "1"), (f"hours-{day}-closed", "1")]
        for line in range(4):
            name = f"hours-{day}-{line}"
            fields += [
                (f"{name}-start", "9 heures 30"),
                (f"{name}-end", "12 heures"),
                (f"{name}-weeks", "nth"),
            ]
            fields += [(f"{name}-nths", str(rank)) for rank in NTHS]
    assert len(urlencode(fields)) <= MAX_QUERY
    assert client.get("/proposer/horaires?" + urlencode(fields)).status_code == 200
    refused = client.get("/proposer/horaires?hours-note=" + "x" * MAX_QUERY)
    assert refused.status_code == 414
    assert refused.json()["words"] == []


def test_reading_only_reads(client: Client) -> None:
    assert client.post("/proposer/horaires").status_code == 405


@override_settings(RATE_LIMIT_API=Rate(2, 60))
def test_reading_is_bounded(client: Client) -> None:
    assert [client.get("/proposer/horaires").status_code for _ in range(3)] == [200, 200, 429]


def test_page_part_escapes_what_was_typed(rf: RequestFactory) -> None:
    hostile = '"><script>alert(1)</script>'
    sent = {"when-0-0-start": hostile, "when-note": hostile, "when-kept": hostile}
    body = page(rf.post("/essai/", sent)).content.decode()
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert(1)") >= 2


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "0-0-start",
                "0-0-end",
                "0-0-weeks",
                "0-0-nths",
                "0-some",
                "kept",
                "more",
                "note",
                "holidays",
                "0-shown",
            ]
        ),
        st.text(max_size=30),
    )
)
def test_anything_sent_is_answered(fields: dict[str, str]) -> None:
    sent = QueryDict(mutable=True)
    for name, value in fields.items():
        sent[f"hours-{name}"] = value
    form = HoursForm(sent)
    assert form.is_valid() == (form.errors == {})
    assert isinstance(form.words, list)
