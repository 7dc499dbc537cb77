"""The `medvirk` command: one module for each of its verbs."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import structlog
from pydantic import ValidationError

from base.errors import Problem
from base.logs import configure
from base.settings import Settings, misspelt
from commands.refusal import CannotRun, lines

VERBS = {
    "up": "run everything here: embedded PostgreSQL, the demo municipality, web and worker",
    "serve": "run the web process against MEDVIRK_DATABASE_URL",
    "worker": "run the worker against MEDVIRK_DATABASE_URL",
    "migrate": "bring the schema up to date and set the application's privileges",
    "walkthrough": "play the main job from an empty database to a published result, and audit it",
    "zones": "import zones from GeoJSON",
    "survey": "import a survey from an XLSForm or a survey document",
    "staff": "add somebody who works for the municipality",
    "keys": "create or revoke API keys",
    "ledger": "verify the consent ledger",
}

LONG_RUNNING = ("serve", "worker")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; 0 where it did what it says, 1 where it could not, 2 where it was not understood."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="medvirk", description="The backend of a municipal resident app.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    # Only the verb that is wanted is imported: `up` should not wait for what `walkthrough` needs.
    wanted = next((word for word in given if word in VERBS), None)
    for name, about in VERBS.items():
        verb = verbs.add_parser(name, help=about, description=about)
        if name == wanted:
            import_module(f"commands.{name}").arguments(verb)
    options = parser.parse_args(given)
    if wrong := misspelt(os.environ):
        for each in wrong:
            print(f"medvirk: {each}", file=sys.stderr)
        return 2
    try:
        settings = Settings()  # type: ignore[call-arg]  # every field has a default or comes from the environment
        chosen = settings.log_format if "log_format" in settings.model_fields_set else None
        configure(settings.log_level, chosen or ("json" if options.verb in LONG_RUNNING else "text"), options.verb)
        result: int = import_module(f"commands.{options.verb}").run(options, settings)
    except ValidationError as errors:
        for error in errors.errors(include_input=False, include_url=False):
            name = "_".join(str(step) for step in error["loc"]).upper()
            said = error["msg"].removeprefix("Value error, ")
            print(f"medvirk: MEDVIRK_{name}: {said}" if name else f"medvirk: {said}", file=sys.stderr)
        return 2
    except (Problem, CannotRun) as refused:
        for line in lines(refused):
            print(f"medvirk: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    structlog.get_logger(__name__).debug("done")
    return result


if __name__ == "__main__":
    sys.exit(main())
