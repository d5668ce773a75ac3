"""The Prefect server we keep, with a real one on the embedded PostgreSQL."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from approvals.embedded import databases
from approvals.errors import SourceUnavailable
from approvals.runner.server import prefect_server, prefect_settings_env

CHECKOUT = Path(__file__).parent.parent.parent
ANOTHER_KEEPER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(CHECKOUT)!r})
from approvals.runner.server import prefect_server
with prefect_server(sys.argv[1], home=Path(sys.argv[2]), port=0) as api_url:
    print(api_url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="approvals-home-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def database_url(home: Path) -> Iterator[str]:
    with databases(home, durable=False) as ours:
        yield ours.prefect_url


def another_keeper(database_url: str, home: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a process that uses the server of `home`, and return it with the address it was given."""
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER_KEEPER, database_url, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def get(api_url: str, path: str, *, origin: str | None = None) -> tuple[Any, str | None]:
    """Return what the API answers at `path`, and which origin it lets read it."""
    address = urlsplit(api_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        connection.request("GET", address.path + path, headers={"Origin": origin} if origin else {})
        response = connection.getresponse()
        return json.loads(response.read()), response.getheader("Access-Control-Allow-Origin")
    finally:
        connection.close()


def server_process(home: Path) -> psutil.Process:
    return psutil.Process(json.loads((home / "prefect" / "server.json").read_text())["pid"])


def server_processes(home: Path) -> list[psutil.Process]:
    """Return the living processes that work in the server's folder, whether or not it is recorded."""
    folder = (home / "prefect").resolve()
    return [process for process in psutil.process_iter() if _works_in(process, folder)]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def test_the_server_is_well_while_it_is_used_and_gone_afterwards(home: Path, database_url: str) -> None:
    with prefect_server(database_url, home=home, port=0) as api_url:
        own_origin = api_url.removesuffix("/api")
        assert get(api_url, "/health")[0] is True
        assert str(get(api_url, "/admin/version")[0]).startswith("3.8.")
        assert {one.laddr.ip for one in server_process(home).net_connections("tcp") if one.status == "LISTEN"} == {
            "127.0.0.1"
        }
        assert get(own_origin, "/ui-settings")[0]["api_url"] == api_url

        # A second process is given the same server, and leaves it running.
        other, others_url = another_keeper(database_url, home)
        other.communicate("leave\n", timeout=30)
        assert others_url == api_url
        assert get(api_url, "/health")[0] is True

        # The dashboard may read the API, a page of somebody else may not.
        assert get(api_url, "/health", origin=own_origin)[1] == own_origin
        assert get(api_url, "/health", origin="https://elsewhere.example")[1] is None

        # Our processes talk to it, whatever the person has set up for Prefect elsewhere.
        said = subprocess.run(
            [sys.executable, "-c", CLIENT],
            env={**os.environ, "PREFECT_PROFILE": "theirs", "HTTP_PROXY": "http://127.0.0.1:9"}
            | {"HOME": str(home / "nobody's")}
            | prefect_settings_env(api_url, home),
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout == "well\n"
        assert not (home / "nobody's").exists()

    assert server_processes(home) == []


CLIENT = """
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    print("well" if client.api_healthcheck() is None else "not well")
"""


def test_the_server_ends_by_itself_when_its_keeper_is_killed(home: Path, database_url: str) -> None:
    keeper, _ = another_keeper(database_url, home)
    process = server_process(home)

    keeper.kill()
    keeper.communicate(timeout=30)

    psutil.wait_procs([process], timeout=15)
    assert server_processes(home) == []


def test_a_server_that_did_not_notice_the_end_of_its_keeper_makes_room(home: Path, database_url: str) -> None:
    keeper, api_url = another_keeper(database_url, home)
    leftover = server_process(home)
    leftover.send_signal(signal.SIGSTOP)
    keeper.kill()
    keeper.communicate(timeout=30)
    assert leftover.is_running()

    with prefect_server(database_url, home=home, port=int(urlsplit(api_url).port or 0)) as again:
        assert again == api_url
        assert server_processes(home) == [server_process(home)] != [leftover]
    assert server_processes(home) == []


def test_a_record_that_names_another_program_does_it_no_harm(home: Path, database_url: str) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    (home / "prefect").mkdir(exist_ok=True)
    (home / "prefect" / "server.json").write_text(
        json.dumps({"pid": stranger.pid, "api_url": "http://127.0.0.1:4200/api"})
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with (
            pytest.raises(SourceUnavailable, match=rf"port {port} .*another program.*APPROVALS_PREFECT_PORT"),
            prefect_server(database_url, home=home, port=port),
        ):
            pass

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_database_out_of_reach_is_told_from_the_log(tmp_path: Path) -> None:
    nowhere = f"postgresql+asyncpg://postgres@/prefect?host={tmp_path}"

    with (
        pytest.raises(SourceUnavailable, match=r"ended with \d+ while starting.*\n(.*\n)*.*startup failed"),
        prefect_server(nowhere, home=tmp_path, port=0),
    ):
        pass
    assert server_processes(tmp_path) == []


def test_a_file_in_place_of_the_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(SourceUnavailable, match=r"cannot use .*file.*APPROVALS_HOME"),
        prefect_server("postgresql+asyncpg://postgres@/prefect", home=tmp_path / "file", port=0),
    ):
        pass


def test_a_client_without_a_server_fails_instead_of_starting_one(tmp_path: Path) -> None:
    environment = prefect_settings_env("http://127.0.0.1:1/api", tmp_path)
    del environment["PREFECT_API_URL"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}

    tried = subprocess.run(
        [sys.executable, "-c", CLIENT],
        env={**inherited, **environment, "PREFECT_PROFILE": "ephemeral"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "No Prefect API URL provided" in tried.stderr


def test_exceptions_from_the_proxy_of_the_organisation_are_added_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("no_proxy", "intranet.example")

    environment = prefect_settings_env("http://127.0.0.1:4200/api", tmp_path)
    elsewhere = prefect_settings_env("https://prefect.example/api", tmp_path)

    assert environment["no_proxy"] == environment["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"
    assert "no_proxy" not in elsewhere
