"""What the load meets, each in a process of its own: the real desk, and a bare page to hold it against.

python -m benchmarks.desk_serving desk DATABASE_ADDRESS HOME
python -m benchmarks.desk_serving bare
"""

from __future__ import annotations

import sys
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from starlette.types import ASGIApp

from approvals.cli.doors import build_doors
from approvals.desk.serving import served
from approvals.notify.mail import NullSender
from approvals.settings import Settings
from approvals.store.engine import open_store
from approvals.wiring import Parts
from benchmarks.turnaround_data import NOW

LINES = 50
BARE_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<table><caption>{{ caption }}</caption><thead><tr>
{% for name in columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr>
</thead><tbody>
{% for line in lines %}
<tr class="{% if line.late %}late{% else %}fine{% endif %}">
  <th scope="row"><a href="/lines/{{ line.number }}">{{ line.name }}</a><span class="hint">{{ line.text }}</span></th>
  {% for value in line.cells %}<td data-label="{{ caption }}">{{ value }}</td>{% endfor %}
  <td><form method="post" action="/lines/{{ line.number }}"><input type="hidden" name="token" value="{{ token }}">
    <button class="small-button">Take<span class="unseen"> {{ line.name }}</span></button></form></td>
</tr>
{% endfor %}
</tbody></table></body></html>
"""


def main() -> None:
    """Serve what is asked for, say where, and stop when nobody listens any more."""
    app = the_desk(*sys.argv[2:4]) if sys.argv[1] == "desk" else bare()
    with served(app, host="127.0.0.1", port=0) as address:
        print(address, flush=True)
        sys.stdin.read()


def the_desk(database: str, home: str) -> ASGIApp:
    """Return desk and API as `approvals up` serves them, at the moment up to which the cases were invented."""
    parts = Parts(Settings(home=Path(home)), open_store(database), NullSender(), None)
    return build_doors(parts, clock=lambda: NOW)


def bare() -> FastAPI:
    """Return the rival: a page as large as the inbox, made of what is in memory, for anybody and in one language."""
    template = Environment(autoescape=True).from_string(BARE_PAGE)
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def page() -> HTMLResponse:
        lines = [
            {
                "number": number,
                "name": f"PA-2026-{number:05d}",
                "text": "Safe and fair workshops in the textile cluster, and what belongs to it",
                "cells": [f"value {number} of {column}" for column in range(4)],
                "late": number % 3 == 0,
            }
            for number in range(LINES)
        ]
        columns = ["Task", "Partner", "With", "Due", "Next", "Last"]
        return HTMLResponse(
            template.render(title="Lines", caption="All lines", columns=columns, lines=lines, token="t" * 64)
        )

    return app


if __name__ == "__main__":
    main()
