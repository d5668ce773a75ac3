"""Draws the pictures of the guides in `docs/`, from the invented cases of `examples/`: `make pictures`.

They are written over those in `docs/pictures`, each with few colours, so that they stay small.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser

from approvals.rehearsal import People
from approvals.services.comments import answer_comment, comment
from approvals.services.drafts import begin_draft
from approvals.services.turnaround import count_up
from approvals.settings import CHECKOUT, Settings
from approvals.store.engine import Store
from benchmarks.turnaround_data import NOW as AT_THE_END
from benchmarks.turnaround_data import invented, write
from models.case import Stage
from models.decision import Outcome
from models.draft import DraftPurpose
from tests.desk.browser import needs_a_browser, opened
from tests.desk.conftest import ADMINISTRATOR, AUDITOR, LEGAL_REVIEWER
from tests.desk.test_legal_in_the_browser import IMMUNE, NOTICE
from tests.desk.test_precheck_at_the_desk import CHECKED
from tests.desk.typing_a_proposal import typed_in
from tests.desk.visiting import TheDesk
from tests.journeys.stories import START, Story, a_foundation, example, put_a_list_in_force, rewritten

pytestmark = needs_a_browser

FOLDER = CHECKOUT / "docs" / "pictures"
AMINATA, DIRECTOR = "aminata.diallo@example.org", "paulo.andrade@example.org"


@dataclass(frozen=True)
class Picture:
    """What is drawn: whose page, and how much of it, in pixels, from where a part of the page begins."""

    name: str
    who: str
    address: str
    width: int = 1280
    height: int = 900
    begins: str = ""


OF_CASES = (
    Picture("officers-check", AMINATA, CHECKED, 1280, 760),
    Picture("officers-proposal", AMINATA, "/proposals/1", 800, 1240),
    Picture("officers-case", AMINATA, "/cases/PA-2026-0002", 1280, 900),
    Picture("officers-work", LEGAL_REVIEWER, "/?view=all", 1280, 620),
    Picture("legal-task", LEGAL_REVIEWER, "/tasks/{legal}", 1280, 1000),
    Picture("legal-changes", LEGAL_REVIEWER, "/cases/PA-2026-0002/agreement", 1280, 820),
    Picture(
        "legal-clause",
        LEGAL_REVIEWER,
        "/cases/PA-2026-0002/agreement",
        1280,
        700,
        ".agreement h3:has-text('Suspension and termination')",
    ),
    Picture("administrators-people", ADMINISTRATOR, "/people", 1280, 620),
    Picture("administrators-engine", ADMINISTRATOR, "/health-of-the-engine", 1280, 800),
    Picture("auditors-events", AUDITOR, "/cases/PA-2026-0001/events", 1280, 900),
    Picture("auditors-trail", AUDITOR, "/audit/verification", 1280, 700),
)
OF_FIGURES = (
    Picture("administrators-bottleneck", ADMINISTRATOR, "/turnaround", 1280, 560),
    Picture("administrators-stages", ADMINISTRATOR, "/turnaround", 1280, 740, "h2:has(+ * + .picture), .picture"),
)


def test_draw_what_happens_to_cases(store: Store, people: People, tmp_path: Path, chromium: Browser) -> None:
    put_a_list_in_force(store, people, tmp_path)
    Story(store, people, a_foundation()).reach(Stage.IN_FORCE)
    changed = changed_by_the_partner(store, people)
    Story(store, people, example("eu-contribution"), key="consulted").reach(Stage.CONSULTATION)
    typed, aminata = typed_in("world-bank-outputs"), people.named(AMINATA)
    seen = ("partner", "people", "purpose", "our_side", "activities")
    begin_draft(store, DraftPurpose.PROPOSAL, typed, by=aminata, now=START, seen=seen)
    later = START + timedelta(days=2, hours=3)

    draw(
        OF_CASES,
        TheDesk(store, later, settings=Settings(home=tmp_path)),
        chromium,
        legal=changed.task("legal_review").id,
    )


def changed_by_the_partner(store: Store, people: People) -> Story:
    """The partner sent our text back with two clauses changed, and two colleagues talk about one of them."""
    story = Story(store, people, example("company-cash-in-kind"), key="changed").reach(Stage.NEGOTIATION)
    content = rewritten(rewritten(story.file(), *NOTICE), *IMMUNE)
    story.answer("negotiation", Outcome.CHANGED, content=content)
    asked = "Thirty days is our second fallback. Can the programme live with it?"
    lawyer, clause = people.named(LEGAL_REVIEWER), "Suspension and termination"
    first = comment(store, story.reference, asked, clause=clause, version=2, by=lawyer, now=START)
    answer_comment(store, first.id or 0, "It can, if staff contracts allow.", by=story.officer, now=START)
    return story


def test_draw_figures(store: Store, tmp_path: Path, chromium: Browser) -> None:
    write(store, invented(8000))
    count_up(store, now=AT_THE_END)

    draw(OF_FIGURES, TheDesk(store, AT_THE_END, settings=Settings(home=tmp_path)), chromium)


def draw(pictures: tuple[Picture, ...], desk: TheDesk, chromium: Browser, **numbers: int | None) -> None:
    """Draw each picture as its reader sees the page, and keep it in the folder of the guides."""
    FOLDER.mkdir(exist_ok=True)
    with opened(desk, chromium) as open_desk:
        for one in pictures:
            reader = open_desk.reader(one.who)
            reader.page.set_viewport_size({"width": 1280, "height": 900})
            page = reader.opens(one.address.format(**numbers))
            box = page.locator(one.begins).first.bounding_box() if one.begins else None
            top = max((box["y"] if box else 0) - 12, 0)
            clip = {"x": 0, "y": top, "width": one.width, "height": one.height}
            drawn = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
            (FOLDER / f"{one.name}.png").write_bytes(with_few_colours(drawn, chromium))
            reader.context.close()


FEW_COLOURS = """async ([picture, most]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const pixels = new Uint32Array(drawing.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map(), parts = (colour) => [colour & 255, colour >> 8 & 255, colour >> 16 & 255];
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const commonest = [...counts.entries()].sort((one, other) => other[1] - one[1]).slice(0, most);
    const palette = commonest.map(([colour]) => parts(colour));
    const distance = (one, other) => one.reduce((sum, value, at) => sum + (value - other[at]) ** 2, 0);
    const places = new Map();
    for (const colour of counts.keys()) {
        const far = palette.map((one) => distance(parts(colour), one));
        places.set(colour, far.indexOf(Math.min(...far)));
    }
    const text = [...pixels].map((pixel) => String.fromCharCode(places.get(pixel))).join("");
    return [image.width, image.height, palette, btoa(text)];
}"""
"""Keeps the commonest colours of a picture, and gives them with the place of each pixel's nearest among them."""


def with_few_colours(picture: bytes, chromium: Browser, *, most: int = 48) -> bytes:
    """Return the PNG with at most so many colours."""
    page = chromium.new_page()
    width, height, colours, places = page.evaluate(FEW_COLOURS, [base64.b64encode(picture).decode(), most])
    page.close()
    pixels = base64.b64decode(places)
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    palette = b"".join(map(bytes, colours))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
