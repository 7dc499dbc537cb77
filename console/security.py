"""What a page may load and do in the browser."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit


def nonce() -> str:
    """A fresh value for one response, naming the inline scripts that are ours."""
    return secrets.token_urlsafe(16)


def headers(
    nonce: str, *, ballot_origin: str | None = None, frames: bool = False, framed: bool = False
) -> Mapping[str, str]:
    """Headers of every page (Content Security Policy Level 3; no inline code, nothing from third parties).

    `ballot_origin` allows the anonymous door when it has an origin of its own. `frames` lets the page hold others of
    ours in a frame, `framed` lets it be held so; nobody else's is either.
    """
    door = f" {_origin(ballot_origin)}" if ballot_origin else ""
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": f"'self'{door}",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'" if framed else "'none'",
        **({"frame-src": "'self'"} if frames else {}),
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "geolocation=(self), camera=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
    }


def _origin(address: str) -> str:
    """Scheme, host and port of an address, so that no path or directive slips into the policy."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the ballot origin must be an http(s) address")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"
