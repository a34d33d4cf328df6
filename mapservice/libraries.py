"""GDAL and GEOS, which the models need before any system check can run."""

from importlib import import_module

from django.core.exceptions import ImproperlyConfigured

_LIBRARIES = {"GDAL": "django.contrib.gis.gdal.libgdal", "GEOS": "django.contrib.gis.geos.libgeos"}


def require_libraries() -> None:
    """Loads GDAL and GEOS.

    Raises:
        ImproperlyConfigured: one of them cannot be loaded; the sentence says which, and what to do.
    """
    for name, module in _LIBRARIES.items():
        try:
            # Django loads GEOS at its first use only: ask for its version.
            version = getattr(import_module(module), f"{name.lower()}_version", None)
            if version:
                version()
        except (OSError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(
                f"{name} cannot be loaded: install the packages gdal-bin and libgeos-c1v5, or name the library's file "
                f"in the variable {name}_LIBRARY_PATH."
            ) from error
