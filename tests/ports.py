"""Ports for servers that must be told theirs before they start."""

import random
import socket
from pathlib import Path

# The usual first of the ports that Linux gives away by itself.
FIRST_GIVEN = 32_768


def free_port() -> int:
    """A port of this machine that nobody has now, and that the system gives to nobody before the server takes it."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else FIRST_GIVEN
    for port in random.sample(range(first // 2, first), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError(f"no port is free between {first // 2} and {first}")
