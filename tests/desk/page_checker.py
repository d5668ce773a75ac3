"""What every page must be: one h1, a title, labels on fields, valid HTML, nothing inline, the language said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import html5lib
from lxml import etree

LABELLED = "//input[not(@type='hidden')] | //select | //textarea"


def parsed(text: str) -> Any:
    """Return the page as a tree. Raises `html5lib.html5parser.ParseError` if it is no valid HTML."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False, strict=True)
    return parser.parse(text).getroot()


def check_page(text: str) -> Any:
    """Return the page as a tree, having checked it; fails with everything that is wrong with it."""
    tree = parsed(text)
    faults = list(_faults(tree))
    assert not faults, faults
    return tree


def _faults(tree: Any) -> Iterator[str]:
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    if not re.match(r".+ – .+", tree.findtext(".//title") or ""):
        yield "the title does not name page and desk"
    if not tree.get("lang"):
        yield "no language is said"
    if tree.xpath("//*[@style] | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"):
        yield "style or script inline"
    if tree.xpath("//script[not(starts-with(@src, '/static/'))] | //link[not(starts-with(@href, '/static/'))]"):
        yield "script or style from elsewhere"
    yield from (f"the id {name} twice" for name, count in Counter(tree.xpath("//@id")).items() if count > 1)
    yield from _unlabelled(tree)
    yield from _broken_references(tree)
    for form in tree.xpath("//form[@method='post']"):
        if form.get("action") not in ("/language", "/sign-in") and not form.xpath(".//input[@name='csrf']"):
            yield f"the form {form.get('action')} brings no token"
    for table in tree.xpath("//table[not(caption)]"):
        yield f"a table without caption: {etree.tostring(table)[:80]!r}"
    levels = [
        int(heading.tag[1]) for heading in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
    ]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} after h{before}"


def _unlabelled(tree: Any) -> Iterator[str]:
    for one in tree.xpath(LABELLED):
        if not (one.xpath("ancestor::label") or tree.xpath("//label[@for=$id]", id=one.get("id") or "")):
            yield f"no label for {one.get('name')}"


def _broken_references(tree: Any) -> Iterator[str]:
    known = set(tree.xpath("//@id"))
    for name in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
        for value in tree.xpath(f"//@{name}"):
            yield from (f"{name} names {one}, which is not there" for one in value.split() if one not in known)
    for value in tree.xpath("//a/@href[starts-with(., '#')]"):
        if value[1:] not in known:
            yield f"a link leads to {value}, which is not there"
