"""A draft of a policy: the one in force with some of its files replaced."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from approvals.casework.policy import Policy, read_policy


def drafted(present: Policy, files: Mapping[str, bytes]) -> Policy:
    """Return `present` with these files, by name without ending, in place of its own.

    A file is YAML, or JSON, which is YAML as well. Raises `PolicyError` with every fault.
    """
    document = present.as_document()
    with tempfile.TemporaryDirectory(prefix="policy-") as folder:
        for name in Policy.model_fields:
            content = files.get(name) or json.dumps(document[name], ensure_ascii=False).encode()
            (Path(folder) / f"{name}.yaml").write_bytes(content)
        return read_policy(Path(folder))
