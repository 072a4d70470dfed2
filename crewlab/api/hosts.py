"""The names under which the app may be asked: a foreign name that resolves to this machine is not one of them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_known_host(header: str, known: str) -> bool:
    """Whether a `Host` header is an address, `localhost`, or one of the comma-separated names in `known`.

    An address is what a person typed: only a name can be made to resolve to something else later.
    """
    try:
        name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return False
    names = {one.strip().lower() for one in known.split(",")} - {""}
    return name == "localhost" or name.endswith(".localhost") or name in names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
