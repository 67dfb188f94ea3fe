"""A log's way: upload, roles, import, list, deletion."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from insight_cast import ROLES, run_jobs
from kehu.web.insight.actions import add_samples, plain_file_name
from kehu.web.insight.models import ImportedLog
from kehu.web.insight.queries import logs
from kehu.web.ledger import queries as ledger
from kehu.web.ledger.models import Event, Job

pytestmark = pytest.mark.django_db


def hand_in(client, name, content):
    return client.post(reverse("insight:add"), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.spec("K15")
def test_from_the_file_to_a_log_one_can_open(as_alice, table_bytes):
    """Prints 302 to the sign-in, or a page without figures, when uploading or importing is off."""
    roles = hand_in(as_alice, "march.parquet", table_bytes).url
    page = as_alice.get(roles).content.decode()
    assert 'name="role_case_id"' in page
    assert "Receive" in page, "the first rows stand beside the roles"
    chosen = {"name": "March", "lifecycle": "pair", "zone": "Asia/Shanghai", "do": "import", "role_case_id": "case_id"}
    chosen |= {"role_activity": "activity", "role_timestamp": "timestamp", "role_resource": "resource"}
    progress = as_alice.post(roles, chosen)
    assert as_alice.get(progress.url).status_code == 200
    run_jobs()
    done = as_alice.get(progress.url, headers={"HX-Request": "true"})
    log = ImportedLog.objects.get()
    assert done.headers["HX-Redirect"] == reverse("insight:log", args=[log.public_id])
    assert (log.state, log.cases, log.events, log.rejected) == ("ready", 3, 9, 1)
    assert "March" in as_alice.get(reverse("insight:logs")).content.decode()


def test_an_unchanged_progress_is_not_sent_again(as_alice, alice, upload):
    """The page asks every second; 304 costs nothing."""
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": {}})
    address, asked = reverse("insight:import", args=[upload.public_id]), {"HX-Request": "true"}
    first = as_alice.get(address, headers=asked)
    assert first.status_code == 200
    again = as_alice.get(address, headers=asked | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_was_corrected_is_guessed_next_month(as_alice, table_bytes):
    """The owner said that nobody plays the resource; next month's file is read so without being told again."""
    chosen = {"name": "March", "lifecycle": "pair", "zone": "Asia/Shanghai", "do": "import", "role_case_id": "case_id"}
    chosen |= {"role_activity": "activity", "role_timestamp": "timestamp", "role_resource": ""}
    as_alice.post(hand_in(as_alice, "march.parquet", table_bytes).url, chosen)
    form = as_alice.get(hand_in(as_alice, "april.parquet", table_bytes).url).context["form"]
    assert form["role_resource"].initial == ""
    assert form["role_activity"].initial == "activity"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("noise.bin", bytes(range(256)) * 20, "is of no kind that can be read"),
        ("claims.parquet", b"PAR1 but no more", "Parquet"),
    ],
)
def test_garbage_gets_one_sentence_and_leaves_nothing(as_alice, home, name, content, says):
    answer = hand_in(as_alice, name, content)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ImportedLog.objects.exists()
    assert not list((home / "logs").glob("*"))


def test_a_file_above_the_limit_is_refused(as_alice, settings, table_bytes):
    settings.KEHU_UPLOAD_MAX_BYTES = 100
    answer = hand_in(as_alice, "march.parquet", table_bytes)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not ImportedLog.objects.exists()


def test_a_column_plays_one_role_only(as_alice, upload):
    chosen = {"name": "March", "lifecycle": "pair", "do": "import", "role_case_id": "case_id"}
    chosen |= {"role_activity": "case_id", "role_timestamp": "timestamp"}
    answer = as_alice.post(reverse("insight:roles", args=[upload.public_id]), chosen)
    assert answer.status_code == 422
    assert "One column plays two roles" in answer.content.decode()


def test_rejected_rows_are_handed_out_and_run_no_formula(as_alice, log):
    """A cell that begins with = would be run by a spreadsheet."""
    answer = as_alice.get(reverse("insight:rejects", args=[log.public_id]))
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_why_rows_were_rejected_is_told_in_the_readers_language(as_alice, log, monkeypatch):
    """The store keeps English; without the template the file would be English to everybody."""
    from kehu.analysis.reports.language import words_of

    monkeypatch.setattr("kehu.web.ui.formats._", words_of("ru"))
    log.rejects.write_text("row,column,value,reason\n2,t,x,the time is not of the form epoch_s\n3,a,,no case\n")
    answer = as_alice.get(reverse("insight:rejects", args=[log.public_id]))
    told = b"".join(answer).decode()
    assert "время не в формате epoch_s" in told
    assert "нет экземпляра" in told


def test_a_deleted_log_comes_back_or_goes_for_good(as_alice, log, home):
    as_alice.post(reverse("insight:delete", args=[log.public_id]))
    assert as_alice.get(reverse("insight:log", args=[log.public_id])).status_code == 404
    as_alice.post(reverse("insight:restore", args=[log.public_id]))
    assert as_alice.get(reverse("insight:log", args=[log.public_id])).status_code == 200
    as_alice.post(reverse("insight:delete", args=[log.public_id]))
    ImportedLog.objects.update(deleted_at=timezone.now() - timedelta(days=8))
    Job.objects.update(due_at=timezone.now())
    run_jobs()
    assert not ImportedLog.objects.exists()
    assert not list((home / "logs").glob("*"))
    assert list(ledger.flaws(f"log:{log.public_id}")) == []


def test_a_log_that_is_there_is_not_erased_at_once(as_alice, log):
    """Erasing is for what was deleted first."""
    assert as_alice.post(reverse("insight:erase", args=[log.public_id])).status_code == 403


def test_the_ledger_tells_what_happened(log):
    told = [ledger.sentence(event) for event in reversed(ledger.events_about(log.reference))]
    assert told[0] == "The log “march” was added"
    assert told[-1] == "Imported: 9 events of 3 cases, 1 rows left out"
    assert Event.objects.filter(kind="insight.ImportStarted", actor_id=log.owner.public_id).exists()


def test_a_cancelled_import_leaves_the_file(as_alice, alice, upload):
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": {}})
    as_alice.post(reverse("insight:cancel", args=[upload.public_id]))
    run_jobs()
    upload.refresh_from_db()
    assert upload.state == "uploaded"
    assert Job.objects.get().status == "CANCELLED"


def test_an_import_that_cannot_be_done_says_why(alice, as_alice, upload):
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": {"case_id": "nowhere"}})
    run_jobs()
    page = as_alice.get(reverse("insight:import", args=[upload.public_id])).content.decode()
    assert "nowhere" in page
    assert "Change the roles and try again" in page


def test_why_an_import_failed_is_told_in_the_readers_language(alice, as_alice, upload, monkeypatch):
    """The worker keeps the sentence's parts; English for all would be stored otherwise."""
    from kehu.analysis.reports.language import words_of
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": {"case_id": "nowhere"}})
    run_jobs()
    monkeypatch.setattr("kehu.web.ui.formats._", words_of("ru"))
    page = as_alice.get(reverse("insight:import", args=[upload.public_id])).content.decode()
    assert "нет столбца «nowhere»" in page
    assert "has no column" not in page


def test_an_import_whose_worker_always_died_can_be_tried_again(alice, as_alice, upload):
    """A file that kills every worker (too little memory, say) must not stay "being imported" for ever."""
    from kehu.web.insight.actions import start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": {}})
    Job.objects.update(status=Job.Status.FAILED)
    page = as_alice.get(reverse("insight:import", args=[upload.public_id])).content.decode()
    assert "interrupted again and again" in page
    assert as_alice.get(reverse("insight:roles", args=[upload.public_id])).status_code == 200
    start_import(acting_person=alice, log=upload, name="March", options={"roles": ROLES})
    run_jobs()
    upload.refresh_from_db()
    assert upload.is_ready


def test_what_is_deleted_while_it_is_imported_is_not_imported_on(alice, as_alice, upload):
    from kehu.web.insight.actions import delete_log, start_import

    start_import(acting_person=alice, log=upload, name="March", options={"roles": ROLES})
    delete_log(acting_person=alice, log=upload)
    run_jobs()
    as_alice.post(reverse("insight:restore", args=[upload.public_id]))
    upload.refresh_from_db()
    assert upload.state == "uploaded"


@pytest.mark.one_database
def test_the_sample_can_be_opened(alice, as_alice):
    """Prints that it is being imported when the sample is not made."""
    sample = next(log for log in add_samples(owner=alice) if log.sample_language == "en")
    Job.objects.exclude(about_id=sample.public_id).delete()
    run_jobs()
    sample.refresh_from_db()
    assert (sample.state, sample.cases) == ("ready", 4000)
    assert as_alice.get("/").url == reverse("insight:log", args=[sample.public_id])
    assert set(Job.objects.values_list("path", "status")) == {
        ("kehu.web.insight.jobs.make_sample", "SUCCESSFUL"),
        ("kehu.web.insight.jobs.warm_up", "SUCCESSFUL"),
    }


def test_a_path_on_the_server_is_for_the_owner_of_the_machine(as_alice, tmp_path, table_bytes, settings):
    path = tmp_path / "here.parquet"
    path.write_bytes(table_bytes)
    assert as_alice.post(reverse("insight:add"), {"path": str(path)}).status_code == 422
    assert not ImportedLog.objects.exists()


def test_the_sample_is_shown_in_the_readers_language(alice, as_alice):
    add_samples(owner=alice)
    names = {language: logs.log_to_begin_with(alice, language).name for language in ("zh-hans", "ru", "en", "pt-br")}
    assert names == {"zh-hans": "示例公司", "ru": "Компания-пример", "en": "Sample company", "pt-br": "Sample company"}
    assert logs.listed_for(alice, "ru").count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\log.csv", "log.csv"),
        ("..", "upload"),
        ("a\x00b?.csv", "a_b_.csv"),
        ("工单.xlsx", "工单.xlsx"),
    ],
)
def test_a_file_name_cannot_leave_its_folder(given, kept):
    assert plain_file_name(given) == kept
    assert len(plain_file_name("д" * 300 + ".csv").encode()) <= 140
