"""Regions as phones are told of them: JSON, laid out once for each snapshot and kept as long as that is.

A phone is told of twenty that lie anywhere among thousands. To make values of them, and bytes of these, for every phone
every time would cost more than all the rest of an answer; to gather bytes of one length from one piece of memory is
quick.
"""

from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from geofence.engine.snapshot import PlacesSnapshot

_TEXTS: Final[WeakKeyDictionary[PlacesSnapshot, NDArray[np.bytes_]]] = WeakKeyDictionary()


def lay_out(snapshot: PlacesSnapshot) -> NDArray[np.bytes_]:
    """Every region of a snapshot as JSON and a comma, filled up with spaces to one length. Safe in a thread."""
    texts = [
        b'{"zone_id":"%s","lon":%r,"lat":%r,"radius_m":%r}' % (str(one.zone_id).encode(), *one.center, one.radius_m)
        for one in snapshot.regions
    ]
    longest = max(map(len, texts), default=0)
    laid_out = _TEXTS[snapshot] = np.array([text.ljust(longest) + b"," for text in texts], dtype=np.bytes_)
    return laid_out


def regions_json(snapshot: PlacesSnapshot, nearest: NDArray[np.int64]) -> bytes:
    """Some regions by their place in `PlacesSnapshot.regions`: JSON objects with commas between them."""
    texts = _TEXTS.get(snapshot)
    if texts is None:
        texts = lay_out(snapshot)
    return texts[nearest].tobytes()[:-1]
