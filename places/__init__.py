"""The catalogue: places, Wi-Fi points, opening hours; who looks after them, what is proposed of them."""
