"""PostgreSQL functions of the catalogue, for use in expressions."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField


class SearchKey(Func):
    """The text as people search it: lower case, no accent, no punctuation, `st`/`ste` said in full, one space.

    The same SQL function makes the indexed column and the query, so both always agree.
    """

    function = "places_search_key"
    output_field = TextField()


class NameKeys(Func):
    """The search keys of a name and of an array of former names, each without spaces, separated by one space."""

    function = "places_name_keys"
    output_field = TextField()


class NearKeys(Func):
    """The keys, and each of them less any one letter, as an array of text; keys under four letters have none.

    Two keys that differ by one letter missing, added, wrong or swapped with its neighbour have one in common.
    """

    function = "places_near_keys"
    output_field = ArrayField(TextField())
