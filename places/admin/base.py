"""What the admin of every public record shares."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.contrib.gis.db.models import PointField as PointColumn
from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, Model, Q, QuerySet, URLField
from django.db.models.functions import Greatest
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from places.admin.deletion import proposals_about
from places.admin.fields import CodesField, LinesField, PointField
from places.admin.forms import PublishedForm
from places.enums import LocationOrigin, LocationPrecision
from places.history import history_of
from places.models.base import Addressed, Located, Published
from places.querysets import PublishedQuerySet
from places.services import lifecycle
from places.services.addresses import complete_address, distant_commune
from places.services.slugs import unique_slug

# What never shows to the public does not make a public page newer.
PRIVATE = frozenset(
    {
        "internal_notes",
        "contact_name",
        "contact_email",
        "contact_phone",
        "parking_advice",
        "status",
        "is_demo",
    }
)
POINT_FIELDS = ("location", "location_origin", "location_precision", "location_score", "location_on")


def array_field(column: ArrayField, facts: dict[str, Any]) -> forms.Field:
    """Boxes for a controlled list, lines for free texts."""
    choices: Any = column.base_field.choices
    if choices:
        return CodesField(choices=[(code, _(label)) for code, label in choices], **facts)
    line: Any = column.base_field.formfield()
    return LinesField(line, **{**facts, "help_text": _("Un par ligne.")})


def signer(request: HttpRequest) -> User | None:
    """Who acts: the admin lets nobody in who has not signed in."""
    return request.user if isinstance(request.user, User) else None


class PublishedAdmin(admin.ModelAdmin):
    """Lists with search by resemblance, forms that respect other writers, a history, no deletion of what was public."""

    form = PublishedForm
    object_history_template = "places/admin/history.html"
    delete_confirmation_template = "places/admin/delete_confirmation.html"
    save_on_top = True
    list_per_page = 50
    actions = ["publish_selected", "close_selected", "confirm_selected"]
    # Kept by the service: shown, never typed.
    readonly_fields = ["slug", "is_demo", "edited_on", "confirmed_on", "first_published_at"]
    # Records that can be published; the others are left as they are, and counted.
    publishable = Q()
    # Models whose rows belong to the record in its history, each with its foreign key.
    history_related: dict[type[Model], str] = {}

    class Media:
        css = {"screen": ["places/admin/admin.css"]}

    # --- lists ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Names, addresses and communes that resemble the words, the most alike first."""
        if not search_term.strip():
            return queryset, False
        found = cast("PublishedQuerySet", queryset).matching(search_term)
        return found.order_by("-similarity", "name", "pk"), False

    @admin.display(description=gettext_lazy("commune"), ordering="commune_name")
    def commune_in_words(self, record: Any) -> str:
        return str(record.commune_name)

    @admin.display(description=gettext_lazy("vue le"), ordering=Greatest("edited_on", "confirmed_on"))
    def seen(self, record: Published) -> str:
        """When somebody last changed the record or said that it is right."""
        days = [day for day in (record.edited_on, record.confirmed_on) if day]
        return date_format(max(days), "SHORT_DATE_FORMAT") if days else "–"

    @admin.display(description=gettext_lazy("manque"))
    def missing(self, record: Any) -> str:
        gaps = []
        if not getattr(record, "opening_hours", True):
            gaps.append(_("horaires"))
        if getattr(record, "location", True) is None:
            gaps.append(_("point"))
        return ", ".join(gaps)

    @admin.action(description=gettext_lazy("Publier"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked = queryset.count()
        done = lifecycle.publish(records=self.plain(queryset).filter(self.publishable), by=signer(request))
        self.tell(request, done, asked, ngettext("%d fiche publiée.", "%d fiches publiées.", done))

    @admin.action(
        description=gettext_lazy("Fermer définitivement, à la date du jour"), permissions=["change"]
    )
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked = queryset.count()
        done = lifecycle.close(records=self.plain(queryset), by=signer(request))
        self.tell(request, done, asked, ngettext("%d fiche fermée.", "%d fiches fermées.", done))

    @admin.action(description=gettext_lazy("Confirmer : c'est toujours exact"), permissions=["change"])
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        asked = queryset.count()
        done = lifecycle.confirm(records=self.plain(queryset), by=signer(request))
        self.tell(request, done, asked, ngettext("%d fiche confirmée.", "%d fiches confirmées.", done))

    def plain(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The selected rows, without the ordering and annotations of a search."""
        return self.model._default_manager.filter(pk__in=list(queryset.values_list("pk", flat=True)))

    def tell(self, request: HttpRequest, done: int, asked: int, sentence: str) -> None:
        left = asked - done
        parts = [sentence % done if done else _("Rien n'a changé.")]
        if left:
            parts.append(
                ngettext(
                    "%d fiche laissée telle quelle : l'action ne s'y appliquait pas.",
                    "%d fiches laissées telles quelles : l'action ne s'y appliquait pas.",
                    left,
                )
                % left
            )
        level = messages.SUCCESS if done else messages.WARNING
        self.message_user(request, " ".join(parts), level)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the deletion in bulk: most rows would refuse it."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Published | None = None) -> bool:
        """A draft that was never public may go; anything else is closed."""
        was_public = obj is not None and obj.first_published_at is not None
        return not was_public and super().has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Says in words which proposals keep a draft, instead of listing what the database protects."""
        record = super().get_object(request, unquote(object_id))
        told = proposals_about(record) if record and self.has_delete_permission(request, record) else {}
        return super().delete_view(request, object_id, {**told, **(extra_context or {})})

    # --- forms ---

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """While a form is being saved the row is locked, so that its version cannot move under the check."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or request.resolver_match is None:
            return found
        if not (request.resolver_match.url_name or "").endswith("_change"):
            return found
        return self.model._default_manager.select_for_update(of=("self",)).get(pk=found.pk)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        facts: dict[str, Any] = {
            "label": str(db_field.verbose_name).capitalize(),
            "help_text": db_field.help_text,
            "required": not db_field.blank,
        }
        if isinstance(db_field, PointColumn):
            return PointField(**facts)
        if isinstance(db_field, ArrayField):
            return array_field(db_field, facts)
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: PublishedForm, change: bool) -> None:
        """Only the fields that were changed are written, with those that follow from them."""
        fields = form.typed_fields
        if change and not fields:
            return
        if isinstance(obj, Located) and "location" in fields:
            fields += self.date_the_point(obj, precision_is_typed="location_precision" in fields)
        if isinstance(obj, Addressed) and {"commune", "location", "postal_code"} & set(fields):
            fields += complete_address(obj)
            self.warn_of_distant_point(request, obj)
        if not change:
            obj.slug = unique_slug(type(obj), obj.name, getattr(obj, "commune_name", ""))
        if set(fields) - PRIVATE or not change:
            obj.edited_on = localdate()
            fields.append("edited_on")
        obj.save(update_fields=sorted(set(fields)) if change else None)

    @staticmethod
    def date_the_point(record: Located, *, precision_is_typed: bool) -> list[str]:
        """A point put on the map by hand says so, with the day; a removed one leaves no provenance."""
        has_point = record.location is not None
        record.location_origin = LocationOrigin.PLACED if has_point else LocationOrigin.UNKNOWN
        record.location_score = None
        record.location_on = localdate() if has_point else None
        if not has_point:
            record.location_precision = LocationPrecision.UNKNOWN
        elif not precision_is_typed:
            record.location_precision = LocationPrecision.HOUSE_NUMBER
        return list(POINT_FIELDS)

    def warn_of_distant_point(self, request: HttpRequest, record: Any) -> None:
        other = distant_commune(record, record.commune) if hasattr(record, "location") else None
        if other is not None:
            sentence = _("Le point tombe dans la commune de %(other)s et non de %(commune)s : vérifiez-le.")
            values = {"other": other, "commune": record.commune_name}
            self.message_user(request, sentence % values, messages.WARNING)

    # --- history ---

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change whatever door it came through, field by field, instead of what passed through the admin."""
        record = super().get_object(request, object_id)
        changes = []
        if record is not None and self.has_view_or_change_permission(request, record):
            changes = history_of(record, self.history_related)
        return super().history_view(request, object_id, {"changes": changes, **(extra_context or {})})
