"""A second opinion on whether answers fit a survey: written from the contract alone, on plain JSON, sharing no code."""

import datetime
import re
import unicodedata
from typing import Any

GEO = {"point": "Point", "points": "MultiPoint", "line": "LineString", "area": "Polygon"}
J = Any


def acceptable(survey: J, answers: J) -> bool:
    """Whether the contract lets these answers in (a place may still be too small for its cell)."""
    known = {q["key"]: q for q in survey["questions"] if q["type"] not in ("section", "info")}
    if set(answers) - set(known):
        return False
    so_far: dict[str, list[J]] = {}
    for q in survey["questions"]:
        if q["type"] in ("section", "info"):
            continue
        a = answers.get(q["key"])
        blank = a is None or a == "" or a == [] or a == {} or (q["type"] == "text" and isinstance(a, str) and unseen(a))
        visible = "show_if" not in q or true(q["show_if"], so_far)
        if blank:
            if visible and q.get("required"):
                return False
            if a not in (None, "", [], {}) and not visible:
                return False
            if isinstance(a, str) and (len(a) > q.get("max_length", 10**9) or odd(a)):
                return False
            continue
        if not visible or not fits(q, a):
            return False
        so_far[q["key"]] = seen(q, a)
    return True


def odd(s: str) -> bool:
    return any(
        (unicodedata.category(c) == "Cc" and c not in "\t\n\r")
        or (ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF)
        or (0xD800 <= ord(c) < 0xE000 or c in "\u202d\u202e")
        for c in s
    )


def unseen(s: str) -> bool:
    return all(
        unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") or c in "\u115f\u1160\u2800\u3164\uffa0" for c in s
    )


def num(v: J) -> bool:
    return type(v) in (int, float) and -1e12 <= v <= 1e12


def prose(v: J, most: int) -> bool:
    return isinstance(v, str) and len(v) <= most and not odd(v)


def named_other(q: J) -> J:
    return next((o["key"] for o in q["options"] if o.get("other")), None)


def pick_ok(q: J, v: J) -> bool:
    if isinstance(v, str):
        return v in [o["key"] for o in q["options"]]
    return (
        isinstance(v, dict)
        and list(v) == ["other"]
        and named_other(q) is not None
        and prose(v["other"], 500)
        and not unseen(v["other"])
    )


def fits(q: J, v: J) -> bool:
    kind = q["type"]
    if kind in ("single", "image_choice"):
        return pick_ok(q, v)
    if kind == "multiple":
        if not isinstance(v, list) or not all(pick_ok(q, p) for p in v):
            return False
        keys = [p if isinstance(p, str) else named_other(q) for p in v]
        lonely = [o["key"] for o in q["options"] if o.get("exclusive")]
        if len(keys) != len(set(keys)) or (len(keys) > 1 and set(keys) & set(lonely)):
            return False
        enough = len(keys) >= q.get("min", 0) or bool(set(keys) & set(lonely))
        return enough and len(keys) <= q.get("max", 10**9)
    if kind in ("scale", "rating"):
        return type(v) is int and q["min"] <= v <= q["max"]
    if kind == "number":
        return num(v) and (not q.get("integer") or v == int(v)) and v >= q.get("min", -1e12) and v <= q.get("max", 1e12)
    if kind == "text":
        return prose(v, q["max_length"])
    if kind == "date":
        if not isinstance(v, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", v):
            return False
        try:
            datetime.date(*(int(part) for part in v.split("-")))
        except ValueError:
            return False
        return bool(q.get("min", "0000") <= v <= q.get("max", "9999-99"))
    if kind == "ranking":
        keys = [o["key"] for o in q["options"]]
        return (
            isinstance(v, list)
            and len(v) == q.get("top", len(keys))
            and all(isinstance(p, str) and p in keys for p in v)
            and len(set(v)) == len(v)
        )
    if kind == "matrix":
        rows, columns = [r["key"] for r in q["rows"]], [c["key"] for c in q["columns"]]
        if not isinstance(v, dict) or not all(r in rows and isinstance(c, str) and c in columns for r, c in v.items()):
            return False
        return not q.get("required") or set(v) == set(rows)
    return on_map(q, v)


def on_map(q: J, v: J) -> bool:
    if not isinstance(v, dict):
        return False
    if q.get("comment") and "type" not in v:
        if "geometry" not in v or set(v) - {"geometry", "comment"}:
            return False
        if v.get("comment") is not None and not prose(v["comment"], 500):
            return False
        v = v["geometry"]
    if not isinstance(v, dict) or set(v) != {"type", "coordinates"} or v["type"] != GEO[q["geometry"]]:
        return False
    c = v["coordinates"]
    if v["type"] == "Point":
        return spot(c)
    if v["type"] == "Polygon":
        return (
            isinstance(c, list)
            and len(c) == 1
            and isinstance(c[0], list)
            and len(c[0]) >= 4
            and all(map(spot, c[0]))
            and c[0][0] == c[0][-1]
        )
    return isinstance(c, list) and len(c) >= (2 if v["type"] == "LineString" else 1) and all(map(spot, c))


def spot(p: J) -> bool:
    return (
        isinstance(p, list)
        and len(p) in (2, 3)
        and all(type(n) in (int, float) for n in p)
        and abs(p[0]) <= 180
        and abs(p[1]) <= 90
    )


def seen(q: J, v: J) -> list[J]:
    if q["type"] in ("single", "image_choice"):
        return [v if isinstance(v, str) else named_other(q)]
    if q["type"] == "multiple":
        return [p if isinstance(p, str) else named_other(q) for p in v]
    if q["type"] in ("ranking", "scale", "rating", "number", "date"):
        return v if isinstance(v, list) else [v]
    return [object()]


def true(c: J, so_far: dict[str, list[J]]) -> bool:
    if "all" in c:
        return all(true(p, so_far) for p in c["all"])
    if "any" in c:
        return any(true(p, so_far) for p in c["any"])
    if "not" in c:
        return not true(c["not"], so_far)
    had = so_far.get(c["question"], [])
    if "answered" in c:
        return bool(bool(had) == c["answered"])
    if "is" in c:
        return c["is"] in had
    if "is_not" in c:
        return c["is_not"] not in had
    if "any_of" in c:
        return any(v in had for v in c["any_of"])
    if "none_of" in c:
        return not any(v in had for v in c["none_of"])
    return bool(had) and (had[0] >= c["at_least"] if "at_least" in c else had[0] <= c["at_most"])
