"""JSON Schemas of the safety files, for editors: `python -m posecheck.safety.schema` writes them beside the files."""

import json
from pathlib import Path

from posecheck.safety.practice import Practice
from posecheck.safety.rule_file import Table
from posecheck.safety.screening import Screening

KINDS: dict[str, type[Table]] = {"screening": Screening, "practice": Practice}


def schema_text(name: str) -> str:
    """Return the schema of screening.toml or practice.toml as it is kept beside it."""
    return json.dumps(KINDS[name].model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in KINDS:
        Path(__file__).with_name(f"{each}.schema.json").write_text(schema_text(each), encoding="utf-8")
