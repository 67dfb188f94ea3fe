"""Every way a table writes its times is read as the same instants in UTC, and shown."""

import pytest

from kehu.analysis.errors import InputError
from kehu.analysis.log.preview import preview
from kehu.analysis.log.reading import read_log
from kehu.analysis.log.staging import ImportOptions

NEW_YEAR = 1_704_067_200  # 2024-01-01 00:00 UTC


def table(tmp_path, times, header="timestamp", encoding="utf-8"):
    lines = [f"case_id\tactivity\t{header}", *(f"1\ta{i}\t{time}" for i, time in enumerate(times))]
    path = tmp_path / "log.tsv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def read(tmp_path, *times, **options):
    log = read_log(table(tmp_path, times), ImportOptions(**options))
    assert log.header.rejected == 0
    return [str(time) for time in log.end.astype("datetime64[us]").astype("datetime64[s]")]


FORMS = {
    "yyyy-mm-dd HH:MM:SS": ("2024-01-05 10:30:00", "2024-12-31 23:59:59"),
    "yyyy/mm/dd HH:MM": ("2024/1/5 10:30", "2024/12/31 23:59"),
    "dd.mm.yyyy HH:MM": ("05.01.2024 10:30", "31.12.2024 23:59"),
    "dd.mm.yy": ("05.01.24", "31.12.24"),
    "dd/mm/yyyy HH:MM": ("05/01/2024 10:30", "31/12/2024 23:59"),
    "mm/dd/yyyy HH:MM AM/PM": ("01/05/2024 10:30 AM", "12/31/2024 11:59 p.m."),
    "yyyy年m月d日 HH:MM": ("2024年1月5日 10时30分", "2024年12月31日 下午11:59"),
    "d mmm yyyy HH:MM": ("5 Jan 2024 10:30", "31 December 2024 23:59"),
    "mmm d, yyyy HH:MM AM/PM": ("Jan 5, 2024 10:30 AM", "Dec 31, 2024 11:59 PM"),
    "d mmmm yyyy HH:MM": ("5 января 2024 10:30", "31 декабря 2024 г. 23:59"),
    "yyyymmddHHMMSS": ("20240105103000", "20241231235900"),
    "Excel serial number": ("45296.4375", "45657.999305556"),
    "seconds since 1970": (NEW_YEAR + 4 * 86_400 + 37_800, NEW_YEAR + 366 * 86_400 - 60),
    "milliseconds since 1970": ((NEW_YEAR + 4 * 86_400 + 37_800) * 1000, (NEW_YEAR + 366 * 86_400 - 60) * 1000),
}


@pytest.mark.parametrize(("shown", "times"), FORMS.items(), ids=FORMS)
def test_every_form_is_read_and_shown(tmp_path, shown, times):
    """The same two instants, written in fourteen ways."""
    column = preview(table(tmp_path, times)).columns[2]
    assert (column.date_format, column.ambiguous) == (shown, False)
    first, last = read(tmp_path, *times)
    assert first.startswith("2024-01-05T" + ("00:00" if shown == "dd.mm.yy" else "10:30"))
    assert last.startswith("2024-12-31T" + ("00:00" if shown == "dd.mm.yy" else "23:59"))


SHORT_YEARS = {
    "05/Jan/24 10:30 AM": "2024-01-05T10:30:00",
    "5 Jan 24 10:30": "2024-01-05T10:30:00",
    "Jan 5, 99": "1999-01-05T00:00:00",
    "25-Jan-24": "2024-01-25T00:00:00",
    "25/01/24 10:30": "2024-01-25T10:30:00",
}


@pytest.mark.parametrize(("written", "meant"), SHORT_YEARS.items(), ids=SHORT_YEARS)
def test_a_year_of_two_digits_is_of_our_time(tmp_path, written, meant):
    """24 is 2024, not the year 24, however the rest is written."""
    assert read(tmp_path, written) == [meant]


def test_years_of_two_and_of_four_digits_stand_side_by_side(tmp_path):
    """A column patched together from two exports: every value is read by its own digits."""
    assert read(tmp_path, "25.01.24 10:30", "26.01.2024 10:30") == ["2024-01-25T10:30:00", "2024-01-26T10:30:00"]
    assert read(tmp_path, "25 Jan 24", "26 Jan 2024") == ["2024-01-25T00:00:00", "2024-01-26T00:00:00"]


@pytest.mark.parametrize("named", ["dd/mm/yy", "dd/mm/yyyy"])
def test_a_named_form_reads_two_digits_too(tmp_path, named):
    """Whoever names day/month/year means 2024 by 24."""
    assert read(tmp_path, "05/01/24 10:30", date_format=named) == ["2024-01-05T10:30:00"]


def test_a_year_of_the_first_century_is_rejected(tmp_path):
    """One short year among ISO dates is no time of the Roman empire: its row is set aside, with the reason."""
    log = read_log(table(tmp_path, ("2024-01-05 10:30:00", "2024-01-06 10:30:00", "24-01-07 10:30:00")))
    assert (log.events, log.header.rejected) == (2, 1)


def test_offsets_of_several_zones_become_utc(tmp_path):
    """Every value carries its own offset: nothing needs to be asked."""
    times = ("2024-01-05T10:00:00+02:00", "2024-01-05 10:00:00 -0330", "2024-01-05T23:00Z")
    assert not preview(table(tmp_path, times)).needs_zone
    assert read(tmp_path, *times) == ["2024-01-05T08:00:00", "2024-01-05T13:30:00", "2024-01-05T23:00:00"]


def test_a_named_zone_holds_for_times_without_one(tmp_path):
    """With the change of the clocks: Berlin is one hour ahead in January and two in July."""
    read_ = read(tmp_path, "2024-01-05 10:00", "2024-07-05 10:00", zone="Europe/Berlin")
    assert read_ == ["2024-01-05T09:00:00", "2024-07-05T08:00:00"]


def test_times_with_and_without_a_zone_are_refused_in_one_sentence(tmp_path):
    path = table(tmp_path, ("2024-01-05T10:00:00+02:00", "2024-01-05T10:00:00"))
    with pytest.raises(InputError, match=r"log.tsv, row 3, column 'timestamp': the time has no zone"):
        read_log(path)
    assert read_log(path, ImportOptions(zone="UTC")).events == 2


def test_an_offset_past_the_sample_is_not_lost(tmp_path):
    """A guess from the first rows must not drop what a later row says."""
    times = ["2024-01-05 10:00:00"] * 2_100 + ["2024-01-05 10:00:00+02:00"]
    with pytest.raises(InputError, match=r"row 2.*no zone"):
        read_log(table(tmp_path, times))


def test_day_and_month_are_told_apart_by_the_whole_file(tmp_path):
    """Row 2,503 alone shows that the month comes first."""
    times = [f"0{1 + i % 9}.02.2024 {i % 24}:00:{i % 60:02}" for i in range(2_500)] + ["02.13.2024 10:00:00"]
    log = read_log(table(tmp_path, times))
    assert log.header.rejected == 0
    assert not any("told apart" in note for note in log.header.notes)


def test_what_stays_open_is_said_and_can_be_chosen(tmp_path):
    path = table(tmp_path, ("01/02/2024", "03/04/2024"))
    assert preview(path).columns[2].ambiguous
    assert any("told apart" in note for note in read_log(path).header.notes)
    assert read(tmp_path, "01/02/2024", "03/04/2024", date_format="dd/mm/yyyy")[0] == "2024-02-01T00:00:00"
    assert read(tmp_path, "01/02/2024", "03/04/2024", date_format="mm/dd/yyyy")[0] == "2024-01-02T00:00:00"


def test_a_pattern_of_ones_own_is_taken(tmp_path):
    assert read(tmp_path, "05|01|2024", date_format="%d|%m|%Y") == ["2024-01-05T00:00:00"]


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(InputError, match="'soon' is no date format"):
        preview(table(tmp_path, ("05|01|2024",)), ImportOptions(date_format="soon"))


def test_years_and_numbers_that_are_no_times_stay_what_they_are(tmp_path):
    """A zip code between 20,000 and 80,000 is not taken for an Excel date."""
    path = tmp_path / "log.csv"
    path.write_text("case_id,activity,timestamp,zip\n1,a,2024-01-01,45296\n", encoding="utf-8")
    assert preview(path).columns[3].date_format == ""
