"""Proposals by programs: `/api/v1/proposals`, for a town hall's own site or a region's own tool."""
