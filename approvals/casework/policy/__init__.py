"""Policy is data: what `policy/*.yaml` may say, one file of rules a module, and the whole of it here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from approvals.casework.plain_yaml import UnreadableYaml, read_yaml
from approvals.casework.policy.amendments import BEFORE_THERE_WERE_RULES, AmendmentRules
from approvals.casework.policy.criteria import Criteria
from approvals.casework.policy.figures import BEFORE_THERE_WERE_FIGURES, FigureRules
from approvals.casework.policy.organisation import Organisation
from approvals.casework.policy.requirements import Requirements
from approvals.casework.policy.risk import RiskPolicy
from approvals.casework.policy.routes import Routes
from approvals.casework.policy.rule import PolicyFile, PolicyPart
from approvals.casework.policy.screening import ScreeningRules
from approvals.casework.policy.sectors import Sectors
from approvals.casework.policy.service_levels import ServiceLevels
from approvals.casework.sentences import faults_in
from approvals.errors import Fault, PolicyError


class Policy(PolicyPart):
    """The whole policy: each field is one file of the same name."""

    organisation: Organisation
    criteria: Criteria
    sectors: Sectors
    requirements: Requirements
    risk: RiskPolicy
    screening: ScreeningRules
    routes: Routes
    service_levels: ServiceLevels
    amendments: AmendmentRules = BEFORE_THERE_WERE_RULES
    figures: FigureRules = BEFORE_THERE_WERE_FIGURES

    def as_document(self) -> dict[str, Any]:
        """Return the policy as plain JSON values, the form in which it is published, hashed and kept."""
        return self.model_dump(mode="json")


def read_policy(folder: Path) -> Policy:
    """Return the policy written in `folder`. Raises `PolicyError` with every fault of every file."""
    faults: list[Fault] = []
    files: dict[str, PolicyFile] = {}
    for name, field in Policy.model_fields.items():
        kind = field.annotation
        assert isinstance(kind, type)
        assert issubclass(kind, PolicyFile)
        try:
            files[name] = kind.model_validate(_read(folder / f"{name}.yaml"))
        except ValidationError as exc:
            faults += [_of_file(name, fault) for fault in faults_in(exc)]
        except OSError as exc:
            faults.append(Fault(f"{name}.yaml", f"cannot be read: {exc.strerror}"))
        except (UnreadableYaml, UnicodeDecodeError) as exc:
            faults.append(Fault(f"{name}.yaml", f"is not readable YAML in UTF-8: {exc}"))
        else:
            faults += [Fault(f"{name}.yaml", sentence) for sentence in files[name].faults()]
    if faults:
        raise PolicyError(f"The policy in {folder} cannot be used.", faults)
    return Policy(**files)


def policy_from_document(document: Mapping[str, Any]) -> Policy:
    """Return the policy kept as `document`, as `Policy.as_document` wrote it."""
    return Policy.model_validate(document)


def _read(path: Path) -> Any:
    return read_yaml(path.read_text(encoding="utf-8-sig"))


def _of_file(name: str, fault: Fault) -> Fault:
    return Fault(f"{name}.yaml: {fault.path}" if fault.path else f"{name}.yaml", fault.message)
