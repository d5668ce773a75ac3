"""XML read as a stream: without entities, document types or network, and without keeping what was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from approvals.errors import SourceUnavailable
from approvals.screening.lists.values import tidy


def elements(stream: IO[bytes], *, root: str, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield each element of `tags` when it is complete, its names without namespace, and forget it afterwards.

    Publishers change namespaces more often than formats, so no namespace is asked for. Raises `SourceUnavailable` if
    the file is no sound XML, has another root than `root`, or declares a document type.
    """
    walk = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        first = True
        for event, element in walk:
            if first:
                _refuse_foreign_root(element, root)
                first = False
            if event == "end" and bare(element) in tags:
                yield _without_namespaces(element)
                element.clear(keep_tail=False)
                while (before := element.getprevious()) is not None and (parent := before.getparent()) is not None:
                    parent.remove(before)
    except etree.XMLSyntaxError as exc:
        raise SourceUnavailable(
            f"the XML breaks off or is damaged near line {exc.lineno}; fetch the file again."
        ) from exc


def bare(element: etree._Element) -> str:
    """Return the name of the element without its namespace; empty for comments and the like."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _without_namespaces(element: etree._Element) -> etree._Element:
    if "}" in element.tag:
        for part in element.iter("{*}*"):
            part.tag = bare(part)
    return element


def _refuse_foreign_root(element: etree._Element, root: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise SourceUnavailable("it declares a document type with entities, which no published list does.")
    if bare(element) != root:
        raise SourceUnavailable(f"it begins with <{bare(element)[:60]}>, not with <{root}>; is it another list?")


def text(element: etree._Element, path: str) -> str:
    """Return the text of the first element at `path`, tidy; empty if there is none."""
    return tidy(element.findtext(path))


def texts(element: etree._Element, path: str) -> list[str]:
    """Return the texts of all elements at `path`, tidy, none of them empty."""
    return [found for part in element.findall(path) if (found := tidy(part.text))]


def changed_format(element: etree._Element, missing: str) -> SourceUnavailable:
    """Return the refusal of an element that lacks what the format promises."""
    return SourceUnavailable(
        f"the {bare(element).lower()} near line {element.sourceline} has no {missing}; the format has changed."
    )
