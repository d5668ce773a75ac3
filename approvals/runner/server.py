"""A Prefect server of our own on this machine, for the installation that has none.

It is Prefect as it comes: the same program, its dashboard and all of its services. Leaving services out would
break the deployments of `prefect.yaml` and saves little. Measured (3.8.8, two cores): nine services fewer
took the idle server from 2.2 to 1.4 % of a core, and nothing off its start, which is four seconds of imports;
without the triggers no more runs passed per second. Only what reaches outside this machine is switched off,
and web pages of other origins may not talk to it.

    home/prefect-server.log   what the server said since its last start; prefect-server.previous.log before
    home/prefect/             PREFECT_HOME, for the server and for our processes that talk to it
        server.lock           held by the process that keeps the server
        server.json           which process is the server, and where it answers
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import certifi
import psutil

from approvals.errors import SourceUnavailable

HOST = "127.0.0.1"  #: Prefect knows one shared password and no roles, so it answers this machine alone
START_SECONDS = 90  #: the first start lays out the database, about twice the work of a later one
STOP_SECONDS = 15
LIFELINE = Path(__file__).with_name("lifeline.py")

# What Prefect would tell its makers. The first is read by the server, the others by its clients.
SILENCE = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
}


@contextmanager
def prefect_server(database_url: str, *, home: Path, port: int = 4200) -> Iterator[str]:
    """Give the address of the API of a running Prefect server that keeps its state in `database_url`.

    If no process keeps the server of `home` yet, it is started on `port` (0: any free one) and stopped at the
    end; it also ends if this process is killed. If another process keeps it, its address is given whatever
    its port, and it goes on afterwards.

    Raises `SourceUnavailable` if the port is taken, or if the server is not healthy within `START_SECONDS`.
    """
    folder = home.absolute() / "prefect"
    with _kept_by_us_or_running(folder) as running:
        if running is not None:
            yield running.api_url
        else:
            with _kept(database_url, folder, port) as started:
                yield started.api_url


def running_server(home: Path) -> str | None:
    """Return the address of the API of the server some process keeps in `home`, None if there is none."""
    running = _Running.recorded_in(home.absolute() / "prefect")
    return running.api_url if running is not None and running.is_healthy() else None


def prefect_settings_env(api_url: str, home: Path) -> dict[str, str]:
    """Return what the environment must hold before a process imports Prefect, to talk to `api_url` alone.

    With it Prefect never starts a throw-away server, keeps its files in `home`, and writes to the console
    only what needs attention, while the dashboard still gets the whole log of a run.
    """
    environment = {
        **SILENCE,
        "PREFECT_API_URL": api_url,
        "PREFECT_HOME": str(home.absolute() / "prefect"),
        "PREFECT_PROFILE": "local",  # one that is always there; a name from the person's own profiles is not
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    }
    if urlsplit(api_url).hostname in (HOST, "localhost"):
        environment |= _without_proxy()
    if urlsplit(api_url).scheme == "http":
        environment |= _without_needless_work(home.absolute() / "prefect")
    return environment


@dataclass(frozen=True)
class _Running:
    """A Prefect server at work."""

    pid: int
    api_url: str

    @classmethod
    def recorded_in(cls, folder: Path) -> Self | None:
        """Return the server that `folder` names if that process lives and is indeed our server, else None."""
        try:
            record = json.loads((folder / "server.json").read_text())
        except (FileNotFoundError, ValueError):  # ValueError: it is being written
            return None
        running = cls(**record)
        return running if running._is_ours(folder) else None

    def record_in(self, folder: Path) -> None:
        (folder / "server.json").write_text(json.dumps(asdict(self)))

    @property
    def port(self) -> int:
        return int(urlsplit(self.api_url).port or 0)

    def _is_ours(self, folder: Path) -> bool:
        """The number may have gone to another program since, but only ours runs this file in this folder."""
        try:
            process = psutil.Process(self.pid)
            return Path(process.cwd()) == folder.resolve() and str(LIFELINE) in process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def is_healthy(self) -> bool:
        """Whether the process listens on its port and says that it is well."""
        return self._listens() and self._answers_health()

    def _listens(self) -> bool:
        """Another program may have taken the port in the meantime, and would answer in place of ours."""
        try:
            connections = psutil.Process(self.pid).net_connections(kind="tcp")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return any(one.status == psutil.CONN_LISTEN and one.laddr.port == self.port for one in connections)

    def _answers_health(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def _kept_by_us_or_running(folder: Path) -> Iterator[_Running | None]:
    """Give the server of `folder` that another process keeps, or None once this one may keep it."""
    lock = _open_lock(folder)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _locked_alone(lock):
            running = _Running.recorded_in(folder)
            if running is not None and running.is_healthy():
                yield running
                return
            if time.monotonic() > deadline:
                raise SourceUnavailable(
                    f"Another process keeps the Prefect server of {folder.parent}, but it does not answer. "
                    f"Stop that process, or read {_log_file(folder)}."
                )
            time.sleep(0.2)
        yield None
    finally:
        os.close(lock)


def _open_lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as exc:
        raise SourceUnavailable(
            f"The Prefect server cannot use {exc.filename or folder}: {exc.strerror or exc}. Check that "
            f"{folder.parent} is a folder you may write to, or let APPROVALS_HOME name another folder."
        ) from exc


def _locked_alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _kept(database_url: str, folder: Path, port: int) -> Iterator[_Running]:
    """Start the server, give it once it is healthy, and stop it at the end."""
    _end_leftover(folder)
    port = _free_port(port)
    process = _started(database_url, folder, port)
    try:
        running = _Running(process.pid, f"http://{HOST}:{port}/api")
        running.record_in(folder)
        _wait_until_healthy(process, running, _log_file(folder))
        yield running
    finally:
        _stop(process)
        (folder / "server.json").unlink(missing_ok=True)


def _end_leftover(folder: Path) -> None:
    """End a server whose keeper was killed and which did not notice, and wait until it is gone."""
    leftover = _Running.recorded_in(folder)
    if leftover is None:
        return
    process = psutil.Process(leftover.pid)
    process.kill()  # all it knows is in the database, which survives this
    process.wait(timeout=STOP_SECONDS)


def _free_port(port: int) -> int:
    """Return `port`, or any free one for 0. Raises `SourceUnavailable` if somebody else has it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError as exc:
            why = "another program uses it" if exc.errno == errno.EADDRINUSE else exc.strerror
            raise SourceUnavailable(
                f"The Prefect server cannot have port {port} on {HOST}: {why}. Stop that program, or set "
                "APPROVALS_PREFECT_PORT to a free port (0 takes any)."
            ) from exc
        return int(candidate.getsockname()[1])


def _started(database_url: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
    log = _log_file(folder)
    try:
        if log.exists():
            log.replace(log.with_name("prefect-server.previous.log"))
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603, our own file in our own Python
                # -P: the file's own folder must not come before the libraries on the path.
                [sys.executable, "-P", str(LIFELINE), "server", "start"],
                cwd=folder,  # where no .env, prefect.toml or pyproject.toml changes Prefect's settings
                env=_server_environment(database_url, folder, port),
                stdin=subprocess.PIPE,  # the lifeline
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as exc:
        raise SourceUnavailable(
            f"The Prefect server could not be started: {exc.filename or log}: {exc.strerror or exc}. "
            f"Check that {folder.parent} is a folder you may write to and that its disk has room."
        ) from exc


def _server_environment(database_url: str, folder: Path, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return inherited | {
        **SILENCE,
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILE": "local",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
        # As settings and not as options of the command: the dashboard learns the API's address from them.
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        # By default any page open in a browser on this machine could read and start runs.
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port},http://localhost:{port}",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }


def _wait_until_healthy(process: subprocess.Popen[bytes], running: _Running, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not running.is_healthy():
        if process.poll() is not None:
            raise _failure(f"ended with {process.returncode} while starting", log)
        if time.monotonic() > deadline:
            raise _failure(f"was not ready after {START_SECONDS} seconds", log)
        time.sleep(0.1)


def _failure(what: str, log: Path) -> SourceUnavailable:
    last_lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-8:]
    return SourceUnavailable(
        f"The Prefect server {what}. Look below for the reason; the whole log is {log}.\n"
        + "\n".join(f"    {line}" for line in last_lines)
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.terminate()
    process.stdin.close()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _log_file(folder: Path) -> Path:
    return folder.with_name("prefect-server.log")


def _without_proxy() -> dict[str, str]:
    """Return the variables that keep a proxy of the organisation out of talks within this machine."""
    excepted = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = ",".join(dict.fromkeys([*filter(None, excepted.split(",")), HOST, "localhost"]))
    return {"no_proxy": names, "NO_PROXY": names}


def _without_needless_work(folder: Path) -> dict[str, str]:
    """Return the variables that spare a client of a plain http server what it would do for each run in vain.

    Prefect's client reads every certificate authority of the system anew for each client it makes, two a run, and
    asks for a token against forged requests that the server does not want. Measured on 2 cores: 0.11 s of the
    client's processor a run with, 0.03 s without (docs/decisions/0004).
    """
    one_authority = folder / "one-authority.pem"
    bundle = Path(certifi.where()).read_text(encoding="ascii", errors="ignore")
    end = "-----END CERTIFICATE-----"
    first = bundle[bundle.index("-----BEGIN CERTIFICATE-----") : bundle.index(end) + len(end)]
    folder.mkdir(parents=True, exist_ok=True)
    one_authority.write_text(f"{first}\n")
    return {"PREFECT_API_SSL_CERT_FILE": str(one_authority), "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false"}
