"""Static files named by their content, so that browsers keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Renames what ES modules import as well: a module and what it imports change name together."""

    support_js_module_import_aggregation = True
