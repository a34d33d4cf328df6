# The service behind a reverse proxy, with production settings: see docs/running.md for its variables.
# The commands of the Makefile do not need this image; it is for those who deploy with containers.

FROM python:3.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --only-binary :all: --require-hashes -r requirements.txt

FROM python:3.12-slim-bookworm
# GeoDjango loads GDAL, GEOS and PROJ; gdal-bin brings all three, in the versions of this Debian.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gdal-bin \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home mapservice
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /srv/mapservice
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY fixtures fixtures
COPY places places
COPY mobile_units mobile_units
COPY imports imports
COPY frontend frontend
COPY mapservice mapservice
# Static files are named by their content and are the same everywhere. This key signs nothing: it ends with the command.
RUN SECRET_KEY=only-to-collect-static-files DJANGO_SETTINGS_MODULE=mapservice.settings.dev \
    python manage.py collectstatic --no-input --verbosity 0
ENV DJANGO_SETTINGS_MODULE=mapservice.settings.prod
USER mapservice
EXPOSE 8000
# Production answers to its own name only.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip()}), timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "10", "mapservice.wsgi:application"]
