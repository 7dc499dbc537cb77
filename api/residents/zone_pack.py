"""The zones with triggers, for phones that match by themselves and report no position."""

import asyncio

from api.http.authentication import RESIDENT
from api.http.call import Call, RawResponse
from api.http.compression import takes_gzip
from api.http.endpoint import AnyEndpoint, get
from api.http.etags import matches


async def fetch_pack(call: Call) -> RawResponse:
    """The zones with triggers as a signed pack (JWS), for a phone that matches by itself and reports no position."""
    snapshot = await call.services.snapshots.of(call.work)
    pack = await call.services.packs.of(call.tenant.municipality, snapshot)
    headers = {"ETag": f'"{pack.digest}"', "Vary": "Accept-Encoding"}
    if matches(call.headers.get("if-none-match"), headers["ETag"]):
        return RawResponse(b"", "application/jose", 304, headers)
    if takes_gzip(call.headers.get("accept-encoding")):
        headers = {**headers, "ETag": "W/" + headers["ETag"], "Content-Encoding": "gzip"}
        return RawResponse(pack.compressed, "application/jose", headers=headers)
    return RawResponse(await asyncio.to_thread(pack.text), "application/jose", headers=headers)


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/zones/pack", fetch_pack, RESIDENT, gives_media="application/jose", transaction="when needed"),
]
