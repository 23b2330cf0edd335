"""Writes the promises down: `python -m tests.contracts.promise` prints what `shapes.json` holds for the interface as it is."""

import json
import os
from typing import Any

import django
from django.utils.module_loading import import_string


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """What answers were promised to have, and what questions were allowed to leave out."""
    shapes = schema["components"]["schemas"]
    asked = {name for name in shapes if name.endswith("Asked") or name in ("Asked", "AskedOn")}
    answers = {
        name: shapes[name] for name in sorted(shapes) if name not in asked and "properties" in shapes[name]
    }
    return {
        "paths": {
            path: {method: sorted(map(str, said["responses"])) for method, said in methods.items()}
            for path, methods in schema["paths"].items()
        },
        "answers": {name: shape["properties"] for name, shape in answers.items()},
        "needed": {name: shape.get("required", []) for name, shape in answers.items()},
        "asked": {
            name: {"keys": sorted(shapes[name]["properties"]), "needed": shapes[name].get("required", [])}
            for name in sorted(asked)
        },
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiqi.config.test")
    django.setup()
    interface = import_string("huiqi.api.interface.API")
    print(
        json.dumps(
            described(json.loads(json.dumps(interface.get_openapi_schema()))), ensure_ascii=False, indent=1
        )
    )
