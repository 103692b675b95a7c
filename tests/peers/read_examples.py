"""Run by the workshop's Python: read each example of an event by the model that was generated."""

import importlib
import json
import re
from pathlib import Path

examples = json.loads(Path("examples.json").read_text())
for name, example in examples.items():
    module = importlib.import_module(f"models.{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}")
    event = getattr(module, name)(example)
    assert event.id == example["id"], name
print(len(examples))
