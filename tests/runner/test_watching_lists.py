"""The scheduled look after the lists, as Prefect runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import yaml

from approvals.runner.deployment_names import DEPLOYMENTS
from approvals.settings import CHECKOUT
from approvals.store.engine import Store
from approvals.store.list_queries import last_fetches, lists_in_force
from models.watchlist import FetchOutcome
from tests.conftest import PrefectApi
from tests.screening.list_files import UN
from tests.screening.publisher import Answer, a_publisher

RUN = "import asyncio, flows.watchlists; print(asyncio.run(flows.watchlists.watch_lists()))"


def test_the_flow_fetches_what_is_due_and_goes_on_when_one_list_fails(
    store: Store, database_url: str, prefect_api: PrefectApi
) -> None:
    with a_publisher() as publisher:
        publisher.answers["/un.xml"] = Answer(UN.encode())
        addresses = {
            "own": {"format": "plain_csv", "addresses": [publisher.address("/gone.csv")]},
            "un_sc": {"format": "un_xml", "addresses": [publisher.address("/un.xml")]},
        }
        told = subprocess.run(
            [sys.executable, "-c", RUN],
            env={
                **os.environ,
                **prefect_api.environment,
                "APPROVALS_DATABASE_URL": database_url,
                "APPROVALS_LIST_ADDRESSES": json.dumps(addresses),
            },
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert told.returncode == 0, told.stderr
    assert "2 lists fetched, 0 too old, 1 compared with live partners" in told.stdout
    with store.session() as session:
        assert [(one.source, one.entry_count) for one in lists_in_force(session)] == [("un_sc", 2)]
        outcomes = {source: fetch.outcome for source, fetch in last_fetches(session).items()}
    assert outcomes == {"own": FetchOutcome.FAILED, "un_sc": FetchOutcome.IMPORTED}


def test_the_deployments_we_ask_prefect_about_are_those_it_is_given() -> None:
    given = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    names = []
    for deployment in given:
        file, function = deployment["entrypoint"].split(":")
        code = (CHECKOUT / file).read_text(encoding="utf-8")
        found = re.search(rf'@flow\(name="([^"]+)"[^\n]*\)\nasync def {function}\(', code)
        assert found, deployment["entrypoint"]
        names.append(f"{found[1]}/{deployment['name']}")

    assert sorted(names) == sorted(DEPLOYMENTS)
