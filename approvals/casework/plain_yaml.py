"""YAML without its surprises, for files that people write by hand.

`NO` is Norway, `0.1` keeps its digits, `2026-02-30` is reported by its field, a field comes once, and there are no
references, tags or merges: nine short lines of references unfold into gigabytes.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class UnreadableYaml(Exception):
    """The text is not YAML as we read it; the message says why and near which line."""


def read_yaml(text: str) -> Any:
    """Return what `text` says. Only `true`, `false` and null mean something; numbers and dates stay text.

    Raises `UnreadableYaml`.
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506  # it is a SafeLoader, made narrower
    except yaml.MarkedYAMLError as exc:
        raise UnreadableYaml(_what_and_where(exc)) from exc
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        raise UnreadableYaml(f"near line {line}: a character that is no text") from exc
    except RecursionError as exc:
        raise UnreadableYaml("its parts stand too deep in each other") from exc


def _what_and_where(exc: yaml.MarkedYAMLError) -> str:
    mark = exc.problem_mark or exc.context_mark
    where = f"near line {mark.line + 1}: " if mark else ""
    return f"{where}{exc.problem or exc.context}"


class _PlainLoader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        refused = "references (*name)" if isinstance(event, yaml.AliasEvent) else "tags (!name)"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) is not None:
            raise yaml.composer.ComposerError(None, None, f"{refused} are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "a field name must be text; put it in quotation marks", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"field «{key}» is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_PlainLoader.yaml_implicit_resolvers = {}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
