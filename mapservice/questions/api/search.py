"""GET search: what a text may mean, for the search box."""

import json
from dataclasses import asdict

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.endpoints import Endpoint
from mapservice.api.parameters import Parameter, Query
from mapservice.questions.search import MAX_LENGTH, MIN_LENGTH, search

MAX_SUGGESTIONS = 20


class Search(Endpoint):
    operation_id = "get_search"
    tag = "questions"
    summary = _("Recherche")
    description = _(
        "Les communes, lieux, arrêts et adresses que désigne un texte, malgré les accents oubliés et les fautes de frappe."
    )
    parameters = (
        Parameter(
            "q",
            _("Texte cherché : nom, code postal ou adresse."),
            readers.text(min_length=MIN_LENGTH, max_length=MAX_LENGTH),
            {"type": "string", "minLength": MIN_LENGTH, "maxLength": MAX_LENGTH},
            is_required=True,
            example="st mihiel",
        ),
        Parameter(
            "limit",
            _("Nombre de réponses."),
            readers.integer(1, MAX_SUGGESTIONS),
            {"type": "integer", "minimum": 1, "maximum": MAX_SUGGESTIONS, "default": 8},
            default=8,
        ),
    )
    schema = {
        "type": "object",
        "required": ["suggestions"],
        "properties": {
            "suggestions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "kind": {"type": "string", "enum": ["commune", "place", "stop", "address"]},
                        "id": {"type": "string"},
                        "label": {"type": "string"},
                        "context": {"type": "string"},
                        "lon": {"type": "number"},
                        "lat": {"type": "number"},
                        "url": {"type": "string"},
                        "is_demo": {"type": "boolean"},
                    },
                },
            }
        },
    }

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        found = [asdict(suggestion) for suggestion in search(query["q"], query["limit"])]
        text = json.dumps({"suggestions": found}, ensure_ascii=False)
        # What somebody types may be where they live: only their own browser keeps it, and briefly.
        return HttpResponse(text, content_type=media_type, headers={"Cache-Control": "private, max-age=60"})
