"""Without the real files there is nothing to collect in their module; pytest's header says so."""

from tests.imports.shared import shared_data

collect_ignore = [] if shared_data() else ["test_real_tours.py"]
