"""The JSON Schema of a stretch file, for editors.

`python -m posecheck.stretches.schema > reference_poses/schema.json` renews it.
"""

import json

from posecheck.stretches.stretch import Stretch


def schema_text() -> str:
    """Return the schema as it is kept in reference_poses/schema.json."""
    return json.dumps(Stretch.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
