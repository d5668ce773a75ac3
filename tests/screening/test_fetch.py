"""Fetching a file from a publisher, who may be slow, gone, or worse."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.errors import SourceUnavailable
from approvals.screening.fetch import Limits, Marks, fetch, shown
from tests.screening.publisher import Answer, Publisher, a_publisher

LIMITS = Limits(seconds=10, size_bytes=2_000_000)


@pytest.fixture(scope="module")
def shared_publisher() -> Iterator[Publisher]:
    with a_publisher() as publisher:
        yield publisher


@pytest.fixture
def publisher(shared_publisher: Publisher) -> Publisher:
    """A publisher who has said nothing yet."""
    shared_publisher.answers.clear()
    shared_publisher.asked.clear()
    return shared_publisher


def test_a_file_is_fetched_with_its_marks(publisher: Publisher, tmp_path: Path) -> None:
    headers = {"ETag": '"7"', "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
    publisher.answers["/list.xml"] = Answer(b"x" * 300_000, headers=headers)

    marks = fetch(publisher.address("/list.xml"), tmp_path / "f", limits=LIMITS)

    assert marks == Marks('"7"', "Mon, 02 Mar 2026 09:00:00 GMT")
    assert (tmp_path / "f").read_bytes() == b"x" * 300_000


def test_a_file_that_has_not_changed_is_not_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/list.xml"] = Answer(b"x", headers={"ETag": '"7"'})

    assert fetch(publisher.address("/list.xml"), tmp_path / "f", limits=LIMITS, known=Marks('"7"')) is None
    assert not (tmp_path / "f").exists()


def test_a_packed_answer_is_unpacked(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/list.xml"] = Answer(gzip.compress(b"x" * 5_000), headers={"Content-Encoding": "gzip"})

    fetch(publisher.address("/list.xml"), tmp_path / "f", limits=LIMITS)

    assert (tmp_path / "f").read_bytes() == b"x" * 5_000


def test_a_publisher_may_lead_on(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/old"] = Answer(status=302, headers={"Location": "/new?key=1"})
    publisher.answers["/new"] = Answer(b"here")

    fetch(publisher.address("/old"), tmp_path / "f", limits=LIMITS)

    assert (tmp_path / "f").read_bytes() == b"here"
    assert [path for path, _ in publisher.asked] == ["/old", "/new?key=1"]


REFUSALS = (
    # answer, limits, sentence
    (Answer(status=404), LIMITS, "answered 404 Not Found; has it moved"),
    (Answer(status=503), LIMITS, "answered 503 Service Unavailable"),
    (Answer(b"x" * 1_000, promised=5_000), LIMITS, "cannot be fetched"),
    (Answer(b"x" * 2_100_000), LIMITS, "is larger than the 2 MB we take"),
    (
        Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        LIMITS,
        "is larger than the 2 MB",
    ),
    (Answer(b"x" * 100, headers={"Content-Encoding": "gzip"}), LIMITS, "cannot be fetched"),
    (Answer(b"x" * 90, seconds_a_byte=0.1), Limits(0.5, 100), "took longer than 0.5 seconds"),
    (Answer(b"x" * 3, seconds_a_byte=2), Limits(0.5, 100), "did not answer in time"),
    (Answer(status=302, headers={"Location": "/list.xml"}), LIMITS, "leads on more than 5 times"),
    (Answer(status=302, headers={"Location": "http://example.invalid/x"}), LIMITS, "only https is"),
    (Answer(status=302, headers={"Location": "file:///etc/hostname"}), LIMITS, "only https is"),
    (Answer(status=304), LIMITS, "answered 304 Not Modified"),
)


@pytest.mark.parametrize(("answer", "limits", "sentence"), REFUSALS)
def test_what_goes_wrong_is_said_in_one_sentence(
    publisher: Publisher, tmp_path: Path, answer: Answer, limits: Limits, sentence: str
) -> None:
    publisher.answers["/list.xml"] = answer

    with pytest.raises(SourceUnavailable, match=sentence) as refusal:
        fetch(publisher.address("/list.xml?token=secret"), tmp_path / "f", limits=limits)

    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    ["http://example.org/list.xml", "ftp://example.org/list.xml", "file:///etc/hostname", "//example.org/x", "list",
     "http://127.0.0.1.example.org/x", "https://"],
)  # fmt: skip
def test_only_https_is_fetched(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="only https is"):
        fetch(address, tmp_path / "f", limits=LIMITS)


def test_a_publisher_who_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"http://127\.0\.0\.1:1/list\.xml cannot be fetched"):
        fetch("http://127.0.0.1:1/list.xml?token=secret", tmp_path / "f", limits=LIMITS)


def test_an_address_is_shown_without_what_might_be_a_password() -> None:
    assert shown("https://user:pass@example.org:8443/a/b.xml?token=x#y") == "https://example.org:8443/a/b.xml"
