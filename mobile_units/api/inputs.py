"""Bodies of the planning API, read strictly: an unknown field is refused, and everything is bounded."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from mobile_units.drafts import Draft, DraftCall, minutes_between
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm, UnitKind, WeekParity
from mobile_units.services.confirm import Override
from mobile_units.services.exceptions import DateChange
from places import enums

CLOCK = ["%H:%M"]


class Body(serializers.Serializer[Any]):
    """Refuses what it does not know: a slip in a name must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(map(str, data)) - set(self.fields))):
            sentence = _("Ce champ n'existe pas ici.")
            raise serializers.ValidationError({name[:60]: [sentence] for name in unknown[:10]})
        return super().to_internal_value(data)


class CallBody(Body):
    """`departure` or `minutes`: the end of the call, or its length."""

    id = serializers.UUIDField(required=False, allow_null=True)
    stop = serializers.UUIDField()
    arrival = serializers.TimeField(input_formats=CLOCK)
    departure = serializers.TimeField(input_formats=CLOCK, required=False, allow_null=True)
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=-100_000, max_value=100_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("departure") is None) == (attrs.get("minutes") is None):
            raise serializers.ValidationError(_("Donnez le départ de la halte, ou sa durée en minutes."))
        return attrs


class OverrideBody(Body):
    code = serializers.CharField(max_length=40)
    subject = serializers.CharField(max_length=200, allow_blank=True)
    reason = serializers.CharField(max_length=300)


class ConfirmBody(Body):
    """`digest`: that of the difference that was shown. `overrides`: warnings accepted, each with its reason."""

    digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    overrides = serializers.ListField(child=OverrideBody(), required=False, max_length=200, default=list)

    def overrides_given(self) -> list[Override]:
        return [Override(**one) for one in self.validated_data["overrides"]]


class ItineraryBody(ConfirmBody):
    """An itinerary as a planner writes it. Only the fields of its rhythm count; times are of Europe/Paris."""

    unit = serializers.UUIDField()
    name = serializers.CharField(max_length=150, allow_blank=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    rhythm = serializers.ChoiceField(choices=Rhythm.choices)
    weekday = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=6
    )
    interval_weeks = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=1000
    )
    anchor_on = serializers.DateField(required=False, allow_null=True, default=None)
    parity = serializers.ChoiceField(choices=WeekParity.choices, required=False, allow_blank=True, default="")
    nths = serializers.ListField(
        child=serializers.IntegerField(min_value=-1, max_value=5), required=False, default=list, max_length=6
    )
    # Far above what may be stored: too many dates get their own sentence.
    dates = serializers.ListField(
        child=serializers.DateField(), required=False, default=list, max_length=20_000
    )
    public_holidays = serializers.ChoiceField(
        choices=DayPolicy.choices, required=False, default=DayPolicy.SKIP
    )
    school_holidays = serializers.ChoiceField(
        choices=DayPolicy.choices, required=False, default=DayPolicy.KEEP
    )
    internal_notes = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    calls = serializers.ListField(child=CallBody(), required=False, default=list, max_length=200)

    def draft(self) -> Draft:
        values = {**self.validated_data}
        for name in ("digest", "overrides", "itinerary", "from_date"):
            values.pop(name, None)
        return Draft(
            unit_id=values.pop("unit"),
            rhythm=Rhythm(values.pop("rhythm")),
            nths=tuple(values.pop("nths")),
            dates=tuple(values.pop("dates")),
            public_holidays=DayPolicy(values.pop("public_holidays")),
            school_holidays=DayPolicy(values.pop("school_holidays")),
            calls=tuple(_draft_call(call) for call in values.pop("calls")),
            **values,
        )


def _draft_call(call: Mapping[str, Any]) -> DraftCall:
    arrival, departure = call["arrival"], call.get("departure")
    minutes = minutes_between(arrival, departure) if departure is not None else call["minutes"]
    return DraftCall(call["stop"], arrival, minutes, call.get("id"))


class PreviewBody(ItineraryBody):
    """An itinerary to look at before it is saved: `itinerary` names the one it would change, if any."""

    itinerary = serializers.UUIDField(required=False, allow_null=True, default=None)
    from_date = serializers.DateField(required=False, allow_null=True, default=None)


class ChangeFromBody(ItineraryBody):
    from_date = serializers.DateField()


class EndBody(Body):
    last_day = serializers.DateField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class RestoreBody(ConfirmBody):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ExceptionBody(Body):
    """One date, or with `call` one call of it. See docs/planning.md for the fields that go together."""

    kind = serializers.ChoiceField(choices=ExceptionKind.choices)
    on_date = serializers.DateField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    call = serializers.UUIDField(required=False, allow_null=True, default=None)
    new_date = serializers.DateField(required=False, allow_null=True, default=None)
    stop = serializers.UUIDField(required=False, allow_null=True, default=None)
    arrival = serializers.TimeField(input_formats=CLOCK, required=False, allow_null=True, default=None)
    departure = serializers.TimeField(input_formats=CLOCK, required=False, allow_null=True, default=None)
    shift_minutes = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=-1440, max_value=1440
    )

    def change(self) -> DateChange:
        values = {**self.validated_data}
        return DateChange(
            kind=ExceptionKind(values.pop("kind")),
            call_id=values.pop("call"),
            stop_id=values.pop("stop"),
            **values,
        )


class OutageBody(Body):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class StopBody(Body):
    """`location` is [lon, lat] in degrees, or null. `commune_name` is found from the INSEE code or from the point."""

    name = serializers.CharField(max_length=200)
    place = serializers.UUIDField(required=False, allow_null=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    address_complement = serializers.CharField(max_length=200, required=False, allow_blank=True)
    postal_code = serializers.RegexField(r"^(\d{5})?$", required=False, allow_blank=True)
    commune_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    insee_code = serializers.RegexField(r"^((\d\d|2[AB])\d{3})?$", required=False, allow_blank=True)
    location = serializers.ListField(
        child=serializers.FloatField(min_value=-180, max_value=180),
        required=False,
        allow_null=True,
        min_length=2,
        max_length=2,
    )
    parking_advice = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CloseStopBody(Body):
    """`take_out`: the stop leaves the itineraries that use it; their announced passages are cancelled with `reason`."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    take_out = serializers.BooleanField(required=False, default=False)


class UnitBody(Body):
    name = serializers.CharField(max_length=150)
    kind = serializers.ChoiceField(choices=UnitKind.choices, required=False)
    summary = serializers.CharField(max_length=280, required=False, allow_blank=True)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    operator = serializers.CharField(max_length=200, required=False, allow_blank=True)
    services = serializers.ListField(
        child=serializers.ChoiceField(choices=enums.Service.choices), required=False, max_length=30
    )
    wheelchair = serializers.ChoiceField(choices=enums.WheelchairAccess.choices, required=False)
    access_note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=16, required=False, allow_blank=True)
    emails = serializers.ListField(child=serializers.EmailField(max_length=254), required=False, max_length=5)
    websites = serializers.ListField(child=serializers.URLField(max_length=500), required=False, max_length=5)
    colour = serializers.RegexField(r"^#[0-9a-f]{6}$", required=False)


class WithdrawBody(Body):
    """`cancel_passages`: passages to come go, the announced ones cancelled with `reason`."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    cancel_passages = serializers.BooleanField(required=False, default=False)
