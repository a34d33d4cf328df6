"""PostgreSQL functions of the catalogue, for use in expressions."""

from django.db.models import Func, TextField


class SearchKey(Func):
    """The text as people search it: lower case, no accent, no punctuation, `st`/`ste` said in full, one space.

    The same SQL function makes the indexed column and the query, so both always agree.
    """

    function = "places_search_key"
    output_field = TextField()
