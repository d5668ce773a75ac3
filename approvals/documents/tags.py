"""What a tag in a template may say: print a field, ask for one with if, go through a list with for. Nothing else.

The list is short on purpose. Jinja itself would let a tag call programs, and no sandbox stops every such way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from approvals.errors import TemplateError


def _plain_text(value: object) -> object:
    """Let only text into a document: None would print as «None», a number in nobody's language."""
    if isinstance(value, (str, Undefined)):
        return value
    raise TemplateError(f"a tag prints «{value!r}», which is not text; ask for it with `if` before printing it")


ENVIRONMENT = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, finalize=_plain_text, extensions=[]
)
"""The one way tags are read. Values are escaped, missing ones are errors, nothing but text is printed."""

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
"""A whole tag, as it stands in the text of a paragraph."""

_STATEMENT = re.compile(r"\{%(p|tr)?\s+(\w+)\b\s*(.*?)\s*%\}", re.DOTALL)
_COMPLETED = {
    "if": "{{% if {0} %}}{{% endif %}}",
    "elif": "{{% if {0} %}}{{% endif %}}",
    "for": "{{% for {0} %}}{{% endfor %}}",
}
_BARE = ("else", "endif", "endfor")

MAY = "a tag may print a field, ask for it with if, not, and, or, or go through a list with for"

_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.Call: "calls something",
    nodes.Filter: "uses a filter (|)",
    nodes.Getitem: "takes a part out with [ ]",
    nodes.Test: "uses a test (is …)",
    nodes.Compare: "compares values",
    nodes.Const: "holds a value of its own",
    nodes.TemplateData: "holds a value of its own",
}


class UnfitTag(Exception):
    """A tag says something that is not allowed; the message says what, as the end of a sentence."""


@dataclass(frozen=True)
class Use:
    """A place of the data that a tag names, and what for."""

    path: str
    what_for: Literal["print", "ask", "list"]


@dataclass(frozen=True)
class Tag:
    """A tag as it stands in Word."""

    text: str
    vanishes: Literal["", "p", "tr"] = ""  #: the paragraph or table row that holds the tag goes with it
    word: str = ""  #: if, elif, else, endif, for or endfor; empty for one that prints
    said: str = ""  #: what follows the word

    @property
    def opens(self) -> bool:
        """It begins a part that an endif or endfor ends."""
        return self.word in ("if", "for")

    @property
    def closes(self) -> bool:
        """It ends such a part."""
        return self.word in ("endif", "endfor")


def read_tag(text: str) -> Tag:
    """Return the tag in `text`, which matches `TAG`. Raises `UnfitTag` if it is of no kind we know."""
    if text.startswith("{{"):
        if re.match(r"\{\{(p|r|tr|tc)\s", text):
            raise UnfitTag("prints formatted text, which no field holds; write {{ … }} without a letter")
        return Tag(text)
    if text.startswith("{#"):
        raise UnfitTag("is a note to oneself; delete it, or write it in Word as a comment while you work")
    found = _STATEMENT.fullmatch(text)
    if found is None or found[2] not in (*_COMPLETED, *_BARE):
        raise UnfitTag(f"cannot be read; {MAY}, each closed with endif or endfor")
    vanishes: Literal["", "p", "tr"] = "p" if found[1] == "p" else "tr" if found[1] == "tr" else ""
    return Tag(text, vanishes, found[2], found[3])


def uses_of(tag: Tag, scope: Mapping[str, str]) -> list[Use]:
    """Return the places of the data that `tag` names; `scope` holds what the names of loops stand for.

    Raises `UnfitTag` if it says more than a tag may.
    """
    if tag.word in _BARE:
        if tag.said:
            raise UnfitTag(f"says more than «{tag.word}»; leave the rest out")
        return []
    match _parsed(tag):
        case nodes.Output(nodes=[(nodes.Name() | nodes.Getattr()) as named]):
            return [Use(_dotted(named, scope), "print")]
        case nodes.Output(nodes=[other]):
            raise UnfitTag(_why_not(other))
        case nodes.If(test=test):
            return [Use(path, "ask") for path in _asked(test, scope)]
        case nodes.For(target=nodes.Name(), iter=source, test=None, recursive=False):
            return [Use(_dotted(source, scope), "list")]
    raise UnfitTag(f"cannot be read; {MAY}")


def item_name(tag: Tag) -> str:
    """Return what the for-tag calls each item of its list."""
    return tag.said.split(" in ")[0].strip()


def _parsed(tag: Tag) -> nodes.Node:
    source = _COMPLETED[tag.word].format(tag.said) if tag.word else tag.text
    try:
        body = ENVIRONMENT.parse(source).body
    except TemplateSyntaxError as exc:
        raise UnfitTag(f"cannot be read ({exc.message}); correct it in Word") from exc
    if len(body) != 1:
        raise UnfitTag(f"cannot be read; {MAY}")
    return body[0]


def _asked(node: nodes.Node, scope: Mapping[str, str]) -> Iterator[str]:
    """Yield every path that a condition asks for."""
    match node:
        case nodes.Not() | nodes.And() | nodes.Or():
            for child in node.iter_child_nodes():
                yield from _asked(child, scope)
        case _:
            yield _dotted(node, scope)


def _dotted(node: nodes.Node, scope: Mapping[str, str]) -> str:
    match node:
        case nodes.Name(name=name):
            return scope.get(name, name)
        case nodes.Getattr(node=inner, attr=attr):
            if attr.startswith("_"):
                raise UnfitTag(f"names «{attr}»; no field begins with an underscore")
            return f"{_dotted(inner, scope)}.{attr}"
    raise UnfitTag(_why_not(node))


def _why_not(node: nodes.Node) -> str:
    what = _REFUSED.get(type(node), "reckons")
    return f"{what}; {MAY}"
