"""The addresses under /api/v1/. None ends with a slash but the root itself.

Every one is an `Endpoint`: the OpenAPI document is made from this list.
"""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from mapservice.api.collections import Collection
from mapservice.ogc.documentation import Docs, OpenApi
from mapservice.ogc.items import Item, Items
from mapservice.ogc.registry import COLLECTIONS
from mapservice.ogc.service import CollectionDetail, CollectionList, Conformance, Landing
from mapservice.questions.api.clusters import Clusters, Tile
from mapservice.questions.api.nearest import Nearest
from mapservice.questions.api.search import Search


def collection_patterns(collection: Collection) -> list[URLPattern]:
    """The three addresses of a collection."""
    root = f"collections/{collection.id}"
    return [
        path(root, CollectionDetail.as_view(collection=collection), name=f"api-{collection.id}"),
        path(f"{root}/items", Items.as_view(collection=collection), name=f"api-{collection.id}-items"),
        path(
            f"{root}/items/<str:fid>", Item.as_view(collection=collection), name=f"api-{collection.id}-item"
        ),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", Landing.as_view(), name="api-landing"),
    path("conformance", Conformance.as_view(), name="api-conformance"),
    path("collections", CollectionList.as_view(), name="api-collections"),
    *(pattern for collection in COLLECTIONS for pattern in collection_patterns(collection)),
    path("clusters", Clusters.as_view(), name="api-clusters"),
    path("nearest", Nearest.as_view(), name="api-nearest"),
    path("search", Search.as_view(), name="api-search"),
    path("tiles/<int:z>/<int:x>/<int:y>.mvt", Tile.as_view(), name="api-tile"),
    path("openapi.json", OpenApi.as_view(), name="api-openapi"),
    path("docs", Docs.as_view(), name="api-docs"),
]
