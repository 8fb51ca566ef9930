"""`course collect`: downloads as the platforms name them, and what should not be in one."""

import io
import os
import stat
import struct
import time
import unicodedata
import zipfile
from datetime import UTC, datetime

import pytest

from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.staff.grading.records.people import People, Person
from course_utils.staff.grading.term import collect, downloads
from course_utils.staff.grading.term.platforms import PLATFORMS
from course_utils.staff.grading.term.roster import folder_of
from support.cohorts import LESSON
from support.zips import AT, entry, packed

NAMES = ("1-nesterov", "2-autoencoders", "3-recurrent")


def run(root, source, platform, notebooks=(LESSON,), **options):
    files, refused = downloads.read_download(source)
    done = collect.collect(root, LESSON, notebooks, files, PLATFORMS[platform], **options)
    done.unplaced |= refused
    return done


def handed_in(root):
    """Return the contents of all notebooks in submitted/, by "student/notebook"."""
    return {
        f"{path.parts[-3]}/{path.name}": path.read_text()
        for path in sorted(root.glob("submitted/*/*/*.ipynb"))
    }


CASES = [
    ("canvas", "lovelaceada_101_8123_01-momentum.ipynb", "101"),
    ("canvas", "lovelaceada_LATE_101_8123_01-momentum-1.ipynb", "101"),
    ("canvas", "submissions/van_der_heide2zoë_LATE_14_8_01-momentum (1).ipynb", "14"),
    ("canvas", "LATE_anon_Qx3Zt_8123_01-momentum.ipynb", "anon_Qx3Zt"),
    ("moodle", "Ada Lovelace_1201_assignsubmission_file_/01-momentum.ipynb", "Ada Lovelace"),
    ("moodle", "Course-7/Zoë_3_assignsubmission_file/a/b/01-Momentum-2.ipynb", "Zoë"),
    ("moodle", "Ada Lovelace_1201_assignsubmission_file_01-momentum.ipynb", "Ada Lovelace"),
    ("ilias", "Blatt 1/Abgaben/Lovelace_Ada_ada_b_316/01-momentum.ipynb", "ada_b"),
    ("ilias", "x/Team 5/Boole_George_gb_317/Late Submission - 01-momentum.ipynb", "gb"),
    ("folder", "ada/01-momentum/01-momentum.ipynb", "ada"),
    ("folder", "ada_01-momentum.ipynb", "ada"),
]


@pytest.mark.parametrize(("platform", "name", "student"), CASES)
def test_each_platform_names_files_in_its_own_way(tmp_path, platform, name, student):
    done = run(tmp_path, packed(tmp_path / "x.zip", {name: "{}"}), platform)
    assert (done.students, done.unplaced) == ({student: collect.NEW}, {})
    assert handed_in(tmp_path) == {f"{student}/01-momentum.ipynb": "{}"}
    assert bool(done.late) == ("late" in name.lower())


def test_a_folder_gives_what_the_zip_gave(tmp_path):
    for _, name, _ in (case for case in CASES if case[0] == "moodle"):
        (tmp_path / "down" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "down" / name).write_text(name)
    done = run(tmp_path, tmp_path / "down", "moodle")
    assert set(done.students) == {"Ada Lovelace", "Zoë"}
    assert len(done.superseded) == 1  # Ada's two uploads
    assert done.unplaced == {}


def test_the_time_of_the_newest_file_is_kept_as_nbgrader_reads_it(tmp_path):
    from nbgrader.utils import parse_utc

    older = entry("ada/2-autoencoders.ipynb", datetime(2026, 11, 1, tzinfo=UTC))
    run(tmp_path, packed(tmp_path / "x.zip", {"ada/1-nesterov.ipynb": "1", older: "2"}), "folder")
    text = (tmp_path / "submitted/ada" / LESSON / "timestamp.txt").read_text()
    assert text == "2026-11-02 23:58:00 UTC\n"
    assert parse_utc(text.strip()) == AT.replace(tzinfo=None)


def test_a_second_run_changes_nothing_and_a_later_hand_in_loses_nothing(tmp_path):
    first = packed(tmp_path / "1.zip", {"ada/01-momentum.ipynb": "old"})
    run(tmp_path, first, "folder")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("submitted/**/*")}
    assert run(tmp_path, first, "folder").students == {"ada": collect.UNCHANGED}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("submitted/**/*")} == before
    later = entry("ada/01-momentum.ipynb", datetime(2026, 11, 9, tzinfo=UTC))
    done = run(tmp_path, packed(tmp_path / "2.zip", {later: "new"}), "folder")
    assert done.students == {"ada": collect.REPLACED}
    assert handed_in(tmp_path) == {"ada/01-momentum.ipynb": "new"}
    kept = tmp_path / "superseded" / "ada" / LESSON / "1"
    assert (kept / "01-momentum.ipynb").read_text() == "old"
    assert (kept / "timestamp.txt").read_text() == "2026-11-02 23:58:00 UTC\n"
    # The first download once more: it is older, and takes nothing back.
    assert run(tmp_path, first, "folder").students == {"ada": collect.OLDER}
    assert handed_in(tmp_path) == {"ada/01-momentum.ipynb": "new"}


def test_the_latest_of_repeated_uploads_counts(tmp_path):
    files = {
        "a_101_9_01-momentum-1.ipynb": "by number of upload",
        "a_101_8_01-momentum-2.ipynb": "earlier",
    }
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "canvas")
    assert handed_in(tmp_path) == {"101/01-momentum.ipynb": "by number of upload"}
    assert done.superseded == ["a_101_8_01-momentum-2.ipynb"]
    files = {f"ada/01-momentum{end}.ipynb": end for end in (" (9)", "", " (10)")}
    run(tmp_path / "b", packed(tmp_path / "y.zip", files), "folder")
    assert handed_in(tmp_path / "b") == {"ada/01-momentum.ipynb": " (10)"}


def test_each_notebook_of_a_lesson_finds_its_name_and_copies_stay_beside_it(tmp_path):
    files = {f"ada/x/{name} (1).ipynb": name for name in NAMES}
    files |= {f"bob/{name}-Copy1.ipynb": name for name in NAMES}
    files |= {"bob/1-nesterov.ipynb": "untouched", "bob/mine.ipynb": "other"}
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "folder", NAMES)
    assert (done.unplaced, done.superseded) == ({}, [])
    assert handed_in(tmp_path) == {
        **{f"ada/{name}.ipynb": name for name in NAMES},
        "bob/1-nesterov.ipynb": "untouched",
        "bob/1-nesterov-Copy1.ipynb": NAMES[0],
        "bob/2-autoencoders.ipynb": NAMES[1],
        "bob/3-recurrent.ipynb": NAMES[2],
        "bob/mine.ipynb": "other",
    }


def test_a_zip_of_a_student_is_opened(tmp_path):
    inner = io.BytesIO()
    packed(inner, {f"work/{name}.ipynb": name for name in NAMES})
    many = io.BytesIO()
    packed(many, {str(number): "" for number in range(1001)})
    files = {"a_101_7_all.zip": inner.getvalue(), "b_102_7_all.zip": b"no zip"}
    files["c_103_7_many.zip"] = many.getvalue()
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "canvas", NAMES)
    assert handed_in(tmp_path) == {f"101/{name}.ipynb": name for name in NAMES}
    assert set(done.unplaced) == {"b_102_7_all.zip", "c_103_7_many.zip"}
    assert "more than 1000 files" in done.unplaced["c_103_7_many.zip"]


def test_both_forms_of_an_umlaut_are_one_student(tmp_path):
    for number, form in enumerate(("NFD", "NFC"), 1):
        name = unicodedata.normalize(form, "José Müller")
        later = entry(f"{name}/01-momentum.ipynb", AT.replace(day=2 + number))
        done = run(tmp_path, packed(tmp_path / f"{number}.zip", {later: form}), "folder")
    assert list(done.students.values()) == [collect.REPLACED]
    assert list(handed_in(tmp_path).values()) == ["NFC"]


def test_a_name_in_utf8_that_does_not_say_so_is_read_all_the_same(tmp_path):
    source = packed(tmp_path / "x.zip", {"Jos\u00e9/01-momentum.ipynb": "{}"})
    data = source.read_bytes()
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(header) + place
        data = data[:at] + b"\0\0" + data[at + 2 :]
    source.write_bytes(data)
    assert set(run(tmp_path, source, "folder").students) == {"José"}


def test_two_people_of_one_name_get_two_folders(tmp_path):
    files = {f"Ada L_{n}_assignsubmission_file/01-momentum.ipynb": str(n) for n in (11, 27)}
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "moodle")
    assert done.alike == ["Ada L"]
    assert handed_in(tmp_path) == {
        "Participant 11/01-momentum.ipynb": "11",
        "Participant 27/01-momentum.ipynb": "27",
    }


def test_what_cannot_be_placed_is_named_and_costs_nobody_else(tmp_path):
    link = entry("eve/01-momentum.ipynb", external_attr=(stat.S_IFLNK | 0o777) << 16)
    files = {
        "ada/01-momentum.ipynb": "{}",
        link: "/etc/passwd",
        "zoe/../../evil/01-momentum.ipynb": "{}",
        "..\\evil\\01-momentum.ipynb": "{}",
        "/root/01-momentum.ipynb": "{}",
        ".hidden/01-momentum.ipynb": "{}",
        f"{'x' * 300}/01-momentum.ipynb": "{}",
        "bob/bomb.ipynb": "0" * (19 * 2**20),
        "bob/too-large.ipynb": "0" * (21 * 2**20),
        "zoe/essay.pdf": "%PDF",
        "01-momentum.ipynb": "{}",
        "ada/__MACOSX/._01-momentum.ipynb": "x",
        "ada/.ipynb_checkpoints/01-momentum-checkpoint.ipynb": "x",
    }
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "folder")
    assert handed_in(tmp_path) == {"ada/01-momentum.ipynb": "{}"}
    assert set(done.unplaced) == {
        name.filename if isinstance(name, zipfile.ZipInfo) else name
        for name in files
        if not str(name).startswith("ada/")
    }
    assert not list(tmp_path.parent.glob("evil"))


def test_links_and_pipes_in_a_folder_are_named_and_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/01-momentum.ipynb").write_text("secret")
    down = tmp_path / "down"
    (down / "ada").mkdir(parents=True)
    (down / "ada/01-momentum.ipynb").symlink_to(tmp_path / "secret/01-momentum.ipynb")
    (down / "eve").symlink_to(tmp_path / "secret")
    os.mkfifo(down / "pipe.ipynb")
    done = run(tmp_path, down, "folder")
    assert handed_in(tmp_path) == {}
    assert set(done.unplaced) == {"ada/01-momentum.ipynb", "eve", "pipe.ipynb"}


def test_a_damaged_entry_costs_its_student_alone(tmp_path):
    files = {"ada/01-momentum.ipynb": "a" * 99, "bob/01-momentum.ipynb": "b" * 99}
    source = packed(tmp_path / "x.zip", files)
    data = bytearray(source.read_bytes())
    data[data.index(b"bob/01-momentum.ipynb") + len(b"bob/01-momentum.ipynb") + 9] ^= 0xFF
    source.write_bytes(data)
    done = run(tmp_path, source, "folder")
    assert set(done.students) == {"ada"}
    assert "damaged" in done.unplaced["bob/01-momentum.ipynb"]


def test_a_kill_between_the_two_moves_is_made_good_by_the_next_run(tmp_path, monkeypatch):
    run(tmp_path, packed(tmp_path / "1.zip", {"ada/01-momentum.ipynb": "old"}), "folder")
    later = entry("ada/01-momentum.ipynb", datetime(2026, 11, 9, tzinfo=UTC))
    second = packed(tmp_path / "2.zip", {later: "new"})
    rename = os.rename

    def killed(source, target):
        if str(source).endswith(".partial"):
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, second, "folder")
    monkeypatch.undo()
    assert run(tmp_path, second, "folder").students == {"ada": collect.NEW}
    assert handed_in(tmp_path) == {"ada/01-momentum.ipynb": "new"}
    assert [path.read_text() for path in tmp_path.glob("superseded/*/*/*/*.ipynb")] == ["old"]


def test_what_is_no_download_is_said_in_a_sentence(tmp_path):
    (tmp_path / "x.zip").write_text("no zip")
    for place in (tmp_path / "x.zip", tmp_path / "none.zip"):
        with pytest.raises(UsageError, match="expected a zip or a folder"):
            downloads.read_download(place)


def test_the_command_says_what_it_did_and_its_exit_code_whether_all_was_placed(tmp_path, capsys):
    source = packed(tmp_path / "x.zip", {"a_LATE_101_8_01-momentum.ipynb": "{}"})
    arguments = ["collect", LESSON, "--root", str(tmp_path), "--platform", "canvas", "--from"]
    assert main([*arguments, str(source)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{LESSON}: 1 hand-ins: 1 new, 0 replaced, 0 as they were\n"
    assert "1 marked as late by the platform: 101" in err
    assert "may be that of the download" in err
    assert main([*arguments, str(packed(tmp_path / "y.zip", {"notes\x1b.txt": ""}))]) == 3
    assert "notes\\u001b.txt" in capsys.readouterr().err


def test_times_come_from_moodles_sheet_or_from_canvas_marks(tmp_path):
    def collected(platform, names, *more):
        source = packed(tmp_path / "x.zip", {f"{name}/01-momentum.ipynb": "{}" for name in names})
        if platform == "canvas":
            source = packed(tmp_path / "x.zip", dict.fromkeys(names, "{}"))
        root = ["--root", str(tmp_path / platform)]
        main(["due", LESSON, "--at", "2026-11-01 12:00 UTC", *root])
        where = ["--from", str(source), "--platform", platform]
        assert main(["collect", LESSON, *where, *more, *root]) == 0
        return {
            path.parts[-3]: path.read_text().strip()
            for path in (tmp_path / platform).glob("submitted/*/*/timestamp.txt")
        }

    assert collected("canvas", ["a_1_8_01-momentum.ipynb", "b_LATE_2_9_01-momentum.ipynb"]) == {
        "1": "2026-11-01 12:00:00 UTC",  # Canvas says: in time
        "2": "2026-11-02 23:58:00 UTC",
    }
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "ID;Vollständiger Name;Bewertung;Bestwertung;Zuletzt geändert (Abgabe)\n"
        "Teilnehmer/in11;Ada L;;32,00;Sonntag, 1. November 2026, 09:05\n"
        "Teilnehmer/in12;Bob;;32,00;-\n"
    )
    times = collected(
        "moodle",
        ["Ada L_11_assignsubmission_file", "Bob_12_assignsubmission_file"],
        *("--times", str(sheet)),
    )
    local = datetime(2026, 11, 1, 9, 5).astimezone(UTC)
    assert times == {"Ada L": f"{local:%Y-%m-%d %H:%M:%S} UTC", "Bob": "2026-11-02 23:58:00 UTC"}


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("Monday, 2 November 2026, 11:58 PM", (11, 2, 23, 58)),
        ("Tuesday, 3 November 2026, 12:14 AM", (11, 3, 0, 14)),
        ("Montag, 2. März 2026, 23:58", (3, 2, 23, 58)),
        ("lundi 2 août 2026, 08:00", (8, 2, 8, 0)),
        ("-", None),
        ("Pirmadienis, 2 lapkritis 2026, 08:00", None),
    ],
)
def test_moodle_writes_times_in_words(text, clock):
    from course_utils.staff.grading.records.sheets import read_sheet

    head = "Full name,Grade,Maximum Grade,Last modified (submission)\n"
    sheet = read_sheet(f'{head}Ada,,32.00,"{text}"\n'.encode())
    expected = clock and datetime(2026, *clock).astimezone(UTC)
    assert sheet.handed_in(sheet.lines[0]) == expected


def zipped(files, extra=b""):
    """Return a zip as a student makes one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, content)
    return file.getvalue()


# Ada's place for a zip of hers, and Bob's file, as each platform names them.
PLACES = {
    "canvas": ("lovelaceada_101_7_{}", "boolebob_102_8_01-momentum.ipynb", "102"),
    "moodle": (
        "Ada_21_assignsubmission_file/{}",
        "Bob_22_assignsubmission_file/01-momentum.ipynb",
        "Bob",
    ),
    "ilias": ("Lovelace_Ada_ada_101/{}", "Boole_Bob_bob_102/01-momentum.ipynb", "bob"),
    "folder": ("ada/{}", "bob/01-momentum.ipynb", "bob"),
}


def with_adas_zip(tmp_path, platform, content):
    """Collect a download with Bob's file and a zip of Ada's; return who handed in, and what not."""
    place, file, bob = PLACES[platform]
    source = packed(tmp_path / "x.zip", {file: "Bob's", place.format("work.zip"): content})
    done = run(tmp_path, source, platform)
    assert handed_in(tmp_path)[f"{bob}/01-momentum.ipynb"] == "Bob's"
    return set(done.students) - {bob}, done.unplaced


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_lies_in_a_students_zip_is_that_students_whatever_it_is_called(tmp_path, platform):
    _, file, _ = PLACES[platform]
    later = file.replace("_8_", "_9999_")
    (ada,), unplaced = with_adas_zip(tmp_path, platform, zipped({later: "Ada's"}))
    assert unplaced == {}
    assert handed_in(tmp_path)[f"{ada}/{later.rpartition('/')[2]}"] == "Ada's"


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", [f"01-momentum-{'9' * 5000}", "x" * 300, "ü" * 130])
def test_a_name_in_a_students_zip_stops_nobody(tmp_path, platform, name):
    someone, unplaced = with_adas_zip(tmp_path, platform, zipped({f"{name}.ipynb": "{}"}))
    assert not someone
    assert list(unplaced.values()) == ["has a name too long for a file"]


def test_a_zip_with_many_notebooks_gives_no_more_than_the_grader_takes(tmp_path):
    files = {f"{number}.ipynb": "{}" for number in range(collect.MOST_NOTEBOOKS)}
    files["01-momentum.ipynb"] = "Ada's"
    _, unplaced = with_adas_zip(tmp_path, "folder", zipped(files))
    assert list(unplaced.values()) == ["is one of more than 20 notebooks"]
    assert handed_in(tmp_path)["ada/01-momentum.ipynb"] == "Ada's"


def test_a_zip_whose_list_of_files_takes_long_to_read_is_not_opened(tmp_path):
    """Each entry may have 64 kB of extras, and each extra of four bytes has all others moved."""
    extra = b"".join(struct.pack("<HH", 7 + number % 9973, 0) for number in range(16_000))
    content = zipped({f"{number}.ipynb": "{}" for number in range(20)}, extra)
    begin = time.process_time()
    someone, unplaced = with_adas_zip(tmp_path, "canvas", content)
    assert time.process_time() - begin < 2
    assert not someone
    assert "its list of files has more than 1 MiB" in str(unplaced)


def test_who_takes_the_name_of_another_on_a_platform_replaces_nothing(tmp_path):
    """Some platforms let their users change their names."""
    bob = Person("bob", keys=("bob@uni.org",), name="Bob Boole")
    files = {
        f"Bob Boole_{number}_assignsubmission_file/01-momentum.ipynb": text
        for number, text in ((21, "Ada's"), (22, "Bob's"))
    }
    name_of = folder_of(People([bob, Person("ada", name="Ada Lovelace")]), tmp_path)
    done = run(tmp_path, packed(tmp_path / "x.zip", files), "moodle", name_of=name_of)
    assert handed_in(tmp_path) == {}
    assert dict.fromkeys(files, "is of one of 2 accounts that are all bob") == done.unplaced


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_students_zip_was_handed_in_when_the_platform_says_so(tmp_path, platform):
    file = io.BytesIO()
    packed(file, {entry("01-momentum.ipynb", datetime(2020, 1, 1, tzinfo=UTC)): "{}"})
    (ada,), _ = with_adas_zip(tmp_path, platform, file.getvalue())
    (told,) = tmp_path.glob(f"submitted/{ada}/*/timestamp.txt")
    assert told.read_text() == "2026-11-02 23:58:00 UTC\n"
