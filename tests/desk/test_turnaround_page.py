"""Where do our cases lose time, and is it getting better: one page, each figure with the cases behind it."""

from __future__ import annotations

import csv
import io
import zipfile

from approvals.services.turnaround import count_up
from models.case import Stage
from tests.desk.conftest import AUDITOR, OFFICER, DeskOver
from tests.journeys.conftest import At


def test_the_page_says_where_time_goes_and_leads_to_the_cases(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    count_up(story.store, now=story.now)
    auditor = desk_over(story.store, story.now).visited_by(AUDITOR)

    page = auditor.opens("/turnaround")
    cases = auditor.opens(page.links()["From submission to the decision"])

    assert page.says("bottleneck", "Working days in each stage", "Right the first time", "How far cases come")
    assert page.tree.xpath("//*[local-name()='svg']")
    assert cases.links()[story.reference] == f"/cases/{story.reference}"


def test_filters_stand_in_the_address_and_in_the_files(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    count_up(story.store, now=story.now)
    auditor = desk_over(story.store, story.now).visited_by(AUDITOR)

    elsewhere = auditor.opens("/turnaround?office=AO-HANOI&since=2026-01-01&level=nonsense")
    table = auditor.fetches(elsewhere.links()["Take all figures along as a table (CSV)"]).content.decode("utf-8-sig")
    workbook = auditor.fetches("/turnaround.xlsx")
    behind = auditor.fetches("/turnaround/cases.csv?key=lead").content.decode("utf-8-sig")

    assert elsewhere.says("Nothing to count yet")
    assert "office=AO-HANOI" in elsewhere.links()["Take all figures along as a table (CSV)"]
    assert next(csv.reader(io.StringIO(table)))
    assert workbook.content.startswith(b"PK")
    assert story.reference in behind


def test_page_and_files_are_in_the_readers_language(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    count_up(story.store, now=story.now)
    auditor = desk_over(story.store, story.now).visited_by(AUDITOR, language="fr")

    page = auditor.opens("/turnaround")
    table = auditor.fetches("/turnaround.csv").content.decode("utf-8-sig")
    workbook = zipfile.ZipFile(io.BytesIO(auditor.fetches("/turnaround.xlsx").content))

    assert page.says("Jours ouvrables à chaque étape", "De la présentation à la décision", "Examen juridique")
    heading, first, *_ = csv.reader(io.StringIO(table))
    assert heading == ["tableau", "ligne", "chiffre", "valeur", "clé"]
    assert first[1:3] == ["De la présentation à la décision", "Dossiers"]
    assert 'sheet name="2 Jours ouvrables à chaque étap' in workbook.read("xl/workbook.xml").decode()


def test_each_reader_reads_it_in_their_language(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    count_up(story.store, now=story.now)
    desk = desk_over(story.store, story.now)

    english = desk.visited_by(AUDITOR).opens("/turnaround")
    french = desk.visited_by(AUDITOR, language="fr").opens("/turnaround")

    assert english.says("How far cases come")
    assert "How far cases come" not in french.text


def test_a_key_that_means_nothing_is_refused_in_words(at: At, desk_over: DeskOver) -> None:
    auditor = desk_over(at(Stage.IN_FORCE).store).visited_by(AUDITOR)

    assert auditor.opens("/turnaround/cases?key=nonsense", status=422).text


def test_officers_do_not_see_it(at: At, desk_over: DeskOver) -> None:
    desk = desk_over(at(Stage.IN_FORCE).store)

    assert desk.visited_by(OFFICER).opens("/turnaround", status=403).text
    assert "/turnaround" not in desk.visited_by(OFFICER).opens("/").source
