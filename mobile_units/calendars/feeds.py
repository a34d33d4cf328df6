"""Atom feeds of what changed: passages cancelled, moved, or added beside the rule. The latest change first."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from mobile_units.calendars.documents import UID_DOMAIN
from mobile_units.calendars.sources import SUBJECTS, Subject
from mobile_units.calendars.views import MAX_AGE_S, SITE_LANGUAGE
from mobile_units.calendars.words import absolute, change, title
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage

MAX_ENTRIES = 50
KEPT = timedelta(days=60)


class ChangesFeed(Feed):
    """A passage that was added or changed has a reason; an ordinary one has none (see `mobile_units.plan`)."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(SITE_LANGUAGE):
            response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Subject:
        return SUBJECTS[kwargs["subject"]](kwargs["key"])

    def title(self, subject: Subject) -> str:
        return _("Changements – %(name)s") % {"name": subject.name}

    def link(self, subject: Subject) -> str:
        return absolute(subject.page)

    def feed_guid(self, subject: Subject) -> str:
        return f"tag:{UID_DOMAIN},2026:{subject.page}"

    def items(self, subject: Subject) -> list[Passage]:
        rows = subject.passages.filter(
            ~Q(status=PassageStatus.SCHEDULED) | ~Q(reason=""), updated_at__gte=timezone.now() - KEPT
        )
        rows = rows.select_related("unit", "stop").order_by("-updated_at", "pk")
        return list(rows[:MAX_ENTRIES])

    def item_title(self, item: Passage) -> str:
        is_added = item.status == PassageStatus.SCHEDULED
        return _("Ajouté : %(title)s") % {"title": title(item)} if is_added else title(item)

    def item_description(self, item: Passage) -> str:
        # Readers take it for HTML.
        reason = _("Motif : %(reason)s") % {"reason": item.reason}
        return escape(f"{change(item)} {reason}")

    def item_link(self, item: Passage) -> str:
        return absolute(item.stop.get_absolute_url())

    def item_guid(self, item: Passage) -> str:
        return f"tag:{UID_DOMAIN},2026:{item.pk}/{item.sequence}"

    def item_pubdate(self, item: Passage) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Passage) -> datetime:
        return item.updated_at
