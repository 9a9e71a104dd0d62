"""The JSON Schema of a programme file, for editors.

`python -m posecheck.programme.schema > posecheck/programme/shipped/schema.json` renews it.
"""

import json

from posecheck.programme.programme import Programme


def schema_text() -> str:
    """Return the schema as it is kept in posecheck/programme/shipped/schema.json."""
    return json.dumps(Programme.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
