"""The collections of the mobile units, and the planners' API that writes them."""
