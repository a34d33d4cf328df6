"""The door of the production server."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application


def _stop_while_loading() -> None:
    """Lets a signal to stop end a worker of granian that still loads the service.

    Such a worker inherits the handlers of the process that forked it, which only note the signal for a loop that runs there;
    its own come once the service is loaded. A stop in between was lost, and the server waited ten seconds for the worker.
    """
    if multiprocessing.parent_process() is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)


_stop_while_loading()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapservice.settings.prod")
application = get_wsgi_application()
