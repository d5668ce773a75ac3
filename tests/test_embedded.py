"""The embedded PostgreSQL, with real servers and real deaths."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from approvals.embedded import databases
from approvals.errors import SourceUnavailable

CHECKOUT = Path(__file__).parent.parent
ANOTHER_USER = f"""
import signal, sys
# A test run started in the background hands down that Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
sys.path.insert(0, {str(CHECKOUT)!r})
from approvals.embedded import databases
with databases(Path(sys.argv[1])) as ours:
    try:
        print(ours.app_url, flush=True)
        sys.stdin.readline()
    except KeyboardInterrupt:
        import psycopg
        url = ours.app_url.replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            print(connection.execute("select 'still here'").fetchone()[0], flush=True)
"""


@pytest.fixture
def new_home() -> Iterator[Path]:
    """Give a home where nothing was ever started."""
    with _short_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    with _short_folder() as folder:
        with databases(folder):
            pass
        yield folder


@pytest.fixture
def home(new_home: Path, used_home: Path) -> Path:
    """Give a home of its own to each test, used before, which spares most of a first start."""
    subprocess.run(["cp", "-a", used_home / "postgres", new_home], check=True)
    return new_home


@contextmanager
def _short_folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for that of a socket, which pytest's own may not."""
    with tempfile.TemporaryDirectory(prefix="approvals-home-", dir="/tmp") as folder:
        yield Path(folder)


class AnotherProcess:
    """A process of its own that uses the databases of `home` until it is told to leave."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ANOTHER_USER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.app_url = self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate("leave\n", timeout=30)

    def dies(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)

    def hears_ctrl_c(self) -> str:
        """Interrupt its whole process group, as a terminal does, and return what it said then."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.communicate(timeout=30)[0]


@contextmanager
def another_process(home: Path) -> Iterator[AnotherProcess]:
    other = AnotherProcess(home)
    try:
        yield other
    finally:
        if other.process.poll() is None:
            other.dies()


def servers(home: Path) -> list[psutil.Process]:
    """Return the living processes of PostgreSQL that work in `home`."""
    folder = (home / "postgres" / "data").resolve()
    return [process for process in psutil.process_iter() if _works_in(process, folder)]


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def note(url: str, word: str) -> None:
    """Commit one row holding `word`."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("create table if not exists notes (word text)"))
        connection.execute(text("insert into notes values (:word)"), {"word": word})


def noted(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(text("select word from notes order by word")).scalars())


def setting(url: str, name: str) -> str:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return str(connection.execute(text(f"show {name}")).scalar_one())


def test_rows_are_kept_from_one_start_to_the_next(new_home: Path) -> None:
    with databases(new_home) as first:
        note(first.app_url, "kept")

    with databases(new_home) as second:
        assert noted(second.app_url) == ["kept"]
    assert servers(new_home) == []


def test_both_databases_are_there_and_apart(home: Path) -> None:
    async def name_of(url: str) -> str:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            return str((await connection.execute(text("select current_database()"))).scalar_one())

    with databases(home, durable=False) as ours:
        assert asyncio.run(name_of(ours.prefect_url)) == "prefect"
        note(ours.app_url, "only here")
        assert setting(ours.app_url, "server_encoding") == "UTF8"


def test_nobody_can_reach_the_server_over_the_network_or_as_another_user(home: Path) -> None:
    with databases(home, durable=False) as ours:
        socket = home / "postgres" / ".s.PGSQL.5432"

        assert setting(ours.app_url, "listen_addresses") == ""
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
def test_only_tests_give_up_durability(home: Path, durable: bool, expected: str) -> None:
    with databases(home, durable=durable) as ours:
        found = {setting(ours.app_url, name) for name in ("fsync", "synchronous_commit", "full_page_writes")}

    assert found == {expected}


def test_a_second_process_joins_and_leaves_without_stopping_the_first(home: Path) -> None:
    with databases(home) as ours:
        note(ours.app_url, "from the first")
        with another_process(home) as other:
            note(other.app_url, "from the second")
            other.leave()

        assert other.app_url == ours.app_url
        assert noted(ours.app_url) == ["from the first", "from the second"]
    assert servers(home) == []


def test_the_last_to_leave_stops_the_server_whoever_started_it(home: Path) -> None:
    with another_process(home) as other:
        with databases(home) as ours:
            other.leave()
            note(ours.app_url, "after the starter left")

        assert servers(home) == []


def test_rows_survive_the_death_of_the_process_that_started_the_server(home: Path) -> None:
    with another_process(home) as other:
        note(other.app_url, "committed")
        other.dies()
    assert servers(home) != []

    with databases(home) as ours:
        assert noted(ours.app_url) == ["committed"]
    assert servers(home) == []


def test_a_dead_user_does_not_keep_the_server_running(home: Path) -> None:
    with databases(home):
        with another_process(home) as other:
            other.dies()
        assert servers(home) != []

    assert servers(home) == []


def test_rows_survive_the_death_of_postgresql_itself(home: Path) -> None:
    with databases(home) as ours:
        note(ours.app_url, "committed")
        os.kill(postmaster(home), signal.SIGKILL)

    with databases(home) as again:
        assert noted(again.app_url) == ["committed"]
    assert servers(home) == []


def test_rows_survive_the_death_of_everything_at_once(home: Path) -> None:
    with another_process(home) as other:
        note(other.app_url, "committed")
        for process in servers(home):
            with suppress(psutil.NoSuchProcess):  # some end by themselves when the first is gone
                process.kill()
        other.dies()

    with databases(home) as ours:
        assert noted(ours.app_url) == ["committed"]


def test_a_pid_file_whose_number_went_to_another_program_is_no_hindrance(home: Path) -> None:
    with databases(home) as ours:
        note(ours.app_url, "committed")
        pid_file = home / "postgres" / "data" / "postmaster.pid"
        left_behind = pid_file.read_text().splitlines()
    owner = pid_file.parent.stat().st_uid
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    pid_file.write_text("\n".join([str(stranger.pid), *left_behind[1:]]) + "\n")

    try:
        with databases(home) as ours:
            assert noted(ours.app_url) == ["committed"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_cut_short_is_begun_again(new_home: Path) -> None:
    unfinished = new_home / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with databases(new_home, durable=False) as ours:
        note(ours.app_url, "works")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x" * 90, id="too long for the path of a socket"),
        pytest.param('Données, l\'an "$HOME" `id`', id="a shell or a list would read more into it"),
    ],
)
def test_any_home_will_do(new_home: Path, name: str) -> None:
    with databases(new_home / name) as ours:
        note(ours.app_url, "kept")
        short = Path(ours.app_url.split("host=")[1].split("&")[0])
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        os.kill(postmaster(new_home / name), signal.SIGKILL)

    with databases(new_home / name) as again:
        assert noted(again.app_url) == ["kept"]
    assert not short.exists()
    assert servers(new_home / name) == []


def test_ctrl_c_does_not_take_the_server_away_before_its_users_are_done(home: Path) -> None:
    with another_process(home) as other:
        said = other.hears_ctrl_c()

    assert said == "still here\n"
    assert servers(home) == []


def test_a_file_in_place_of_the_home_is_named(new_home: Path) -> None:
    (new_home / "file").write_text("")

    with (
        pytest.raises(SourceUnavailable, match=r"cannot use .*/file: .*APPROVALS_HOME"),
        databases(new_home / "file"),
    ):
        pass


def test_a_file_in_place_of_the_server_folder_is_named(new_home: Path) -> None:
    (new_home / "postgres").write_text("")

    with (
        pytest.raises(SourceUnavailable, match=r"cannot use .*/postgres: .*APPROVALS_HOME"),
        databases(new_home),
    ):
        pass


def test_a_home_one_may_not_write_to_is_named(new_home: Path) -> None:
    new_home.chmod(0o555)

    with (
        as_an_ordinary_user(),
        pytest.raises(SourceUnavailable, match=r"cannot use .*/postgres: Permission denied"),
        databases(new_home),
    ):
        pass


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Give up the rights of root meanwhile, if we have them: root may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with databases(home, durable=False):
        pass
    with (home / "postgres" / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = 'a lot'\n")

    with (
        pytest.raises(SourceUnavailable, match=r'`pg_ctl` ended with 1.*\n(.*\n)*.*"shared_buffers": "a lot"'),
        databases(home, durable=False),
    ):
        pass
    assert servers(home) == []


def test_a_full_disk_is_told_in_words_and_leaves_nothing_half_made(new_home: Path) -> None:
    limited = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); exec({ANOTHER_USER!r})"
    )

    tried = subprocess.run(
        [sys.executable, "-c", limited, str(new_home)], input="", capture_output=True, text=True, check=False
    )

    assert "SourceUnavailable: The embedded PostgreSQL" in tried.stderr
    assert "`initdb` ended with" in tried.stderr
    assert not (new_home / "postgres" / "data").exists()
    with databases(new_home, durable=False) as ours:
        note(ours.app_url, "works again")


def test_a_failure_of_the_user_passes_through_untouched(home: Path) -> None:
    with pytest.raises(OSError, match="theirs"), databases(home, durable=False):
        raise OSError("theirs")

    assert servers(home) == []
