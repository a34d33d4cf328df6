"""Models of the catalogue: territories, places, Wi-Fi points; who looks after them; what is proposed about them."""

from places.models.audit import AuditEntry
from places.models.closure import TemporaryClosure
from places.models.decision import CannedReason, Decision
from places.models.freshness import Campaign, FreshnessRequest, PageViews
from places.models.likeness import DistinctPair, Redirect
from places.models.organisation import ApiKey, Invitation, Membership, Organisation, Stewardship
from places.models.photo import Photo
from places.models.place import Place
from places.models.proposal import Proposal, ProposalMessage
from places.models.territory import Commune, Departement, Epci
from places.models.wifi import WifiPoint

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Campaign",
    "CannedReason",
    "Commune",
    "Decision",
    "Departement",
    "DistinctPair",
    "Epci",
    "FreshnessRequest",
    "Invitation",
    "Membership",
    "Organisation",
    "PageViews",
    "Photo",
    "Place",
    "Proposal",
    "ProposalMessage",
    "Redirect",
    "Stewardship",
    "TemporaryClosure",
    "WifiPoint",
]
