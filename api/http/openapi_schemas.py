"""The models of the API as schemas of the OpenAPI document: each once, under a name of its own, none unused."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

Model = type[BaseModel]
_AT: Final = "#/components/schemas/"
_SENT, _GIVEN = "-Input", "-Output"


def schemas(sent: Iterable[Model], given: Iterable[Model]) -> tuple[Mapping[Any, Any], Mapping[str, Any]]:
    """A reference for each model, and what the references lead to. ValueError where two models have one name.

    Pydantic keeps what is sent and what is given apart (`X-Input`, `X-Output`) and tells models of one name apart by
    their modules; generators of clients can do with neither. What reads the same both ways becomes one schema.
    """
    by_name = sorted(sent, key=lambda m: m.__name__), sorted(given, key=lambda m: m.__name__)
    refs, found = models_json_schema(
        [*((model, "validation") for model in by_name[0]), *((model, "serialization") for model in by_name[1])],
        ref_template=_AT + "{model}",
    )
    definitions: dict[str, Any] = found.get("$defs", {})
    names = _names(definitions)
    renamed = {
        names[old]: {**_plain(_rewritten(schema, names)), "title": names[old]}
        for old, schema in sorted(definitions.items(), key=lambda each: names[each[0]])
    }
    leading = {model: _rewritten(ref, names) for (model, _), ref in refs.items()}
    return leading, dict(_reached(renamed, leading.values()))


def _names(definitions: Mapping[str, Any]) -> dict[str, str]:
    """The name that each schema gets: the title that its model was given, or the model's own name."""
    names = {name: schema.get("title", _bare(name)) for name, schema in definitions.items()}
    while True:
        by_new: dict[str, list[str]] = {}
        for old, new in names.items():
            by_new.setdefault(new, []).append(old)
        differing = [olds for olds in by_new.values() if _differ(definitions, names, olds)]
        if not differing:
            return names
        for olds in differing:
            apart = [old for old in olds if old.endswith(_SENT)]
            if not apart or len({_bare(old) + str(old.endswith(_GIVEN)) for old in olds}) < len(olds):
                raise ValueError(f"two models are called {_bare(olds[0])}: {', '.join(olds)}")
            names.update({old: _bare(old) + "Sent" for old in apart})


def _bare(name: str) -> str:
    return name.rpartition("__")[2].removesuffix(_SENT).removesuffix(_GIVEN)


def _differ(definitions: Mapping[str, Any], names: Mapping[str, str], olds: list[str]) -> bool:
    return len({json.dumps(_rewritten(definitions[old], names), sort_keys=True) for old in olds}) > 1


def _rewritten(part: Any, names: Mapping[str, str]) -> Any:
    """The same with its references under their new names."""
    if isinstance(part, dict):
        return {key: _rewritten(inside, names) for key, inside in part.items()}
    if isinstance(part, list):
        return [_rewritten(inside, names) for inside in part]
    if isinstance(part, str) and part.startswith(_AT):
        return _AT + names[part.removeprefix(_AT)]
    return part


def _plain(part: Any, names: bool = False) -> Any:
    """Without what trips generators of clients: titles that are the fields' names once more, of which they make types,
    and defaults that are objects. `names` says that the keys are fields' names.
    """
    if isinstance(part, list):
        return [_plain(inside) for inside in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _plain(inside, not names and key in ("properties", "$defs"))
        for key, inside in part.items()
        if names or not (key == "title" or (key == "default" and isinstance(inside, dict)))
    }


def _reached(schemas_: Mapping[str, Any], leading: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The schemas that something leads to, in the order of their names."""
    waiting, seen = list(leading), set[str]()
    while waiting:
        for name in _references(waiting.pop()):
            if name not in seen:
                seen.add(name)
                waiting.append(schemas_[name])
    return ((name, schema) for name, schema in schemas_.items() if name in seen)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for inside in part.values():
            yield from _references(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _references(inside)
    elif isinstance(part, str) and part.startswith(_AT):
        yield part.removeprefix(_AT)
