"""`medvirk serve`: the web process."""

import argparse
import os
from ipaddress import ip_network
from pathlib import Path

import uvicorn
import uvloop

from api.app import create
from api.http.services import build
from base.settings import Settings
from commands.process import UNDER_UP, database_url, key_store, listen_url, opened, port_number, serve_metrics
from commands.wire import HttpProtocol


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, before the settings."""
    parser.add_argument("--host", help="address to listen on (MEDVIRK_HOST)")
    parser.add_argument("--port", type=port_number, help="port to listen on (MEDVIRK_PORT)")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; requests at hand are finished."""
    return uvloop.run(_serve(options, settings))  # uvicorn's `loop` sets up no loop for a server that runs in ours.


def with_mapped(proxies: str) -> list[str]:
    """Trusted proxies, and those of IPv4 also as they show on a socket that listens on IPv6."""
    found = [part for part in (text.strip() for text in proxies.split(",")) if part]
    networks = [ip_network(part, strict=False) for part in found if part != "*"]
    return [*found, *(f"::ffff:{n.network_address}/{96 + n.prefixlen}" for n in networks if n.version == 4)]


async def _serve(options: argparse.Namespace, settings: Settings) -> int:
    host, port = options.host or settings.host, options.port or settings.port
    async with opened(database_url(settings), settings.pool_size) as warnings:
        services = build(settings, key_store(settings), listen_url(settings))
        services.filling = Path(at_work) if (at_work := os.environ.get(UNDER_UP)) else None
        services.warnings.extend([*warnings, *serve_metrics(settings.metrics_port, settings.host)])
        server = uvicorn.Server(
            uvicorn.Config(
                create(services),
                host=host,
                port=port,
                loop="none",
                http=HttpProtocol,
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=with_mapped(settings.trusted_proxies) or None,
                timeout_graceful_shutdown=10,
            )
        )
        await server.serve()
    return 0 if server.started else 1
