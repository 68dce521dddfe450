"""Files and sets of files, whole or not at all; names, pipes, signals and terminals."""

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from working import until_at_work

import bioanchors as ba
from bioanchors.formats import files
from bioanchors.formats.files import swap_in, tidy, write_bytes, write_text, write_together
from bioanchors.formats.sets import SETS, FileSet, check_whole, run_id
from bioanchors.results.exports.reading import load

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "bioanchors"]
FAST = ("--precision", "1pp")
RUN = ("run", "cotra2020", "--points", "1024")
WRITING = {
    "run": RUN,
    "report": ("report", "cotra2020", "--pdf", *FAST),
    "sweep": ("sweep", "cotra2020", *FAST),
    "sensitivity": ("sensitivity", "cotra2020", "--view", "ledger"),
    "compare": ("compare", "cotra2020", "shah2020", *FAST),
    "afford": ("afford", "cotra2020"),
    "ledger": ("ledger", "cotra2020"),
    "bounds": ("bounds", "cotra2020", "--tail", "0.4"),
    "hindcast": ("hindcast", "cotra2020"),
    "plot": ("plot", "cotra2020", *FAST),
    "export": ("export", "cotra2020", "--format", "json", *FAST),
}
FILES = {"plot": "x.png", "export": "x.json"}
ASIDE = ".bioanchors-0badcafe.part"
ASCII = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONCOERCECLOCALE": "0"}
NOT_UTF_8 = os.fsdecode(b"caf\xe9")


@pytest.fixture(autouse=True)
def _at_the_desk(desk):
    """Each test has an empty folder."""


def own_process(*arguments, environment=None, code=0, **options):
    done = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=120,
        check=False,
        **options,
    )
    assert done.returncode == code, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr
    return done


# Calls the command line once for each part between "THEN"s.
SEVERAL = """
import sys
from bioanchors.cli import called
calls, part = [[]], None
for part in sys.argv[1:]:
    calls.append([]) if part == "THEN" else calls[-1].append(part)
for arguments in calls:
    sys.argv[1:] = arguments
    code = called()
    if code:
        sys.exit(f"{code}: {arguments}")
"""


def one_process(*commands, environment):
    """Call several commands in one process that has the environment; return all that they print."""
    parts = [part for command in commands for part in (*command, "THEN")][:-1]
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL, *parts],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr
    return done.stdout


@pytest.fixture
def soon():
    """Fail what would wait for a pipe's other end for ever."""

    def late(number, frame):
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def contents(folder="."):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


# --- C: a set is one thing -----------------------------------------------------------------------


def test_no_name_stands_in_two_sets():
    names = [name for each in SETS.values() for name in each]
    assert len(names) == len(set(names))


def test_an_older_set_goes_whole_and_all_else_stays(cli):
    cli("run", "latest", "--out", "out")
    assert "prior_cdf.csv" in contents("out")
    Path("out/notes.txt").write_text("mine")
    Path("out/sweep.csv").write_text("of another command, or of nobody")
    Path("out/draws.nc").write_text("no file of a set, whatever its name")
    cli(*RUN, "--out", "out")
    assert sorted(contents("out")) == sorted(
        [
            "README.md",
            "cdf.csv",
            "cdf.png",
            "forecast.nc",
            "summary.json",
            "draws.nc",
            "notes.txt",
            "sweep.csv",
        ]
    )
    assert cli.errors == (
        "note: in out: replaced README.md, cdf.csv, cdf.png, forecast.nc, summary.json; "
        "removed prior_cdf.csv of the older set\n"
    )


@pytest.mark.usefixtures("effects_found_once")
@pytest.mark.parametrize("command", SETS)
def test_every_file_of_a_set_carries_the_id_of_its_run(cli, command):
    cli(*WRITING[command], "--out", "out")
    ids = {name: run_id(Path("out") / name) for name in contents("out")}
    assert len(set(ids.values())) == 1
    assert None not in ids.values()
    assert set(ids) <= set(SETS[command])
    before = ids
    cli(*WRITING[command], "--out", "out")
    assert {name: run_id(Path("out") / name) for name in contents("out")} == before
    cli(*WRITING[command], "--set", "hardware.doubling_years=2.6", "--out", "out")
    assert not set(before.values()) & {run_id(Path("out") / name) for name in contents("out")}


def test_a_set_has_no_other_names():
    with pytest.raises(ValueError, match=r"allowed: cdf\.csv"):
        FileSet("run", []).text("other.csv", "")


def test_files_of_two_runs_are_no_forecast(cli):
    cli(*RUN, "--out", "first")
    cli(*RUN, "--seed", "2", "--out", "second")
    assert load("first").origin.seed == 1
    Path("second/cdf.csv").replace("first/cdf.csv")
    cli("load", "first", code=2)
    assert "different runs" in cli.errors
    assert "cdf.csv of ba-" in cli.errors


NEW = {"a.csv": b"new a", "b.csv": b"new b"}
LAYOUTS = ("nothing", "empty", "files", "folders", "worked in", "link to it")


def laid_out(layout):
    folder = Path("out")
    if layout == "nothing":
        return folder, {}
    if layout == "link to it":
        Path("real").mkdir()
        folder.symlink_to("real")
    else:
        folder.mkdir()
    if layout == "empty":
        return folder, {}
    foreign = {"notes.txt": b"mine", ".hidden": b"mine, too"}
    for name, data in {**foreign, "a.csv": b"old a", "c.csv": b"old c"}.items():
        (folder / name).write_bytes(data)
    (folder / "link").symlink_to("nowhere")
    if layout == "folders":
        (folder / "inner").mkdir()
        (folder / "inner/deep.txt").write_text("mine")
    return folder, foreign


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_set_takes_its_place_among_whatever_is_there(layout, monkeypatch):
    folder, foreign = laid_out(layout)
    nodes = {name: (folder / name).stat().st_ino for name in foreign}
    home = folder.resolve()
    if layout == "worked in":
        monkeypatch.chdir(folder)
    swap_in(home, NEW, ("c.csv",))
    assert contents(home) == NEW | foreign
    assert {name: (home / name).stat().st_ino for name in foreign} == nodes
    assert layout == "nothing" or layout == "empty" or os.readlink(home / "link") == "nowhere"
    if layout == "folders":
        assert (home / "inner/deep.txt").read_text() == "mine"
    if layout == "worked in":
        assert contents() == NEW | foreign
    assert not [path for path in home.parent.iterdir() if path.name.startswith(".bio")]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_mode_stays_and_a_new_one_is_the_user_s(layout):
    folder, _ = laid_out(layout)
    if layout != "nothing":
        folder.chmod(0o2750)
        (folder / "a.csv").touch()
        (folder / "a.csv").chmod(0o640)
    before = os.umask(0o027)
    try:
        swap_in(folder, NEW)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "a.csv")]
    assert modes == ([0o750, 0o640] if layout == "nothing" else [0o2750, 0o640])
    assert stat.S_IMODE((folder / "b.csv").stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform != "linux", reason="folders change places in one call on Linux")
def test_who_looks_never_sees_a_set_in_part():
    folder, _ = laid_out("files")
    sets = [{"a.csv": b"1", "b.csv": b"1"}, {"a.csv": b"2", "c.csv": b"2"}]
    seen, ready, done = set(), threading.Event(), threading.Event()

    def look():
        ready.wait()
        while not done.is_set():
            handle = os.open(folder, os.O_RDONLY)
            names = sorted(name for name in os.listdir(handle) if name.endswith(".csv"))
            os.close(handle)
            seen.add(tuple(names))

    swap_in(folder, sets[0], ("c.csv",))
    looking = threading.Thread(target=look)
    looking.start()
    ready.set()
    for i in range(1, 100):
        swap_in(folder, sets[i % 2], ("c.csv",) if i % 2 == 0 else ("b.csv",))
    done.set()
    looking.join()
    # An empty listing is that of a folder that was opened and is gone.
    whole = {("a.csv", "b.csv"), ("a.csv", "c.csv")}
    assert seen - {()} <= whole | {("a.csv",), ("b.csv",), ("c.csv",)}
    assert seen & whole


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_committed_is_finished_by_the_next(number, monkeypatch):
    folder, foreign = laid_out("folders")
    place, finish, placed = files._place, files._finish, []

    def killed(made, path):
        if len(placed) == number - 1:
            raise SystemExit("as if by SIGKILL")
        placed.append(path)
        place(made, path)

    def once(aside):
        patch.setattr(files, "_finish", lambda aside: None)
        finish(aside)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_place", killed)
        patch.setattr(files, "_finish", once)
        with pytest.raises(SystemExit):
            write_together(folder, NEW, ("c.csv",))
        assert list(folder.glob(".bioanchors*"))
    tidy(folder)
    assert contents(folder) == NEW | foreign
    assert not list(folder.glob(".bioanchors*"))


def test_an_uncommitted_set_is_as_if_it_had_not_been(cli):
    cli(*RUN, "--out", "out")
    before = contents("out")
    for home in (Path(), Path("out")):
        (home / ASIDE / "new").mkdir(parents=True)
        (home / ASIDE / "new" / "cdf.csv").write_text("half of it")
    cli("load", "out")
    assert not Path("out", ASIDE).exists()
    assert contents("out") == before
    cli(*RUN, "--out", "out")
    assert not Path(ASIDE).exists()


def test_what_somebody_writes_meanwhile_comes_along():
    Path("out").mkdir()
    Path("out/a.csv").write_text("new")
    old = Path(ASIDE, "swap", "out")
    old.mkdir(parents=True)
    Path(ASIDE, "gone").mkdir()
    Path(ASIDE, "gone", "a.csv").touch()
    (old / "a.csv").write_text("old")
    (old / "late.txt").write_text("mine")
    tidy(Path())
    assert contents("out") == {"a.csv": b"new", "late.txt": b"mine"}
    assert not Path(ASIDE).exists()


def test_what_is_in_use_is_left_alone():
    aside = Path(ASIDE)
    aside.mkdir()
    handle = os.open(aside, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    tidy(Path())
    assert aside.exists()
    os.close(handle)
    tidy(Path())
    assert not aside.exists()


# Files that never stood in a set of ours are never touched, whatever their names.
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.text("ab.é-_ ", min_size=1, max_size=8).filter(lambda name: name.strip(".")),
        st.binary(max_size=9),
        max_size=6,
    ),
    st.sets(st.sampled_from(["a.csv", "b.csv", "c.csv"])),
)
def test_foreign_files_are_never_touched(tmp_path_factory, foreign, names):
    folder = tmp_path_factory.mktemp("any") / "out"
    folder.mkdir()
    for name, data in foreign.items():
        (folder / name).write_bytes(data)
    made = dict.fromkeys(names, b"new")
    for write in (swap_in, write_together):
        write(folder, made)
        assert contents(folder) == foreign | made


# --- C: writing keeps what the name is -----------------------------------------------------------


@pytest.mark.parametrize("write", [write_text, lambda p, t: swap_in(p.parent, {p.name: b"new"})])
def test_a_link_is_followed(write):
    Path("there").mkdir()
    Path("here").mkdir()
    Path("there/target").write_text("old")
    Path("here/x.csv").symlink_to("../there/target")
    write(Path("here/x.csv"), "new")
    assert os.readlink("here/x.csv") == "../there/target"
    assert Path("there/target").read_text() == "new"
    Path("here/y.csv").symlink_to("../there/not-yet")
    write(Path("here/y.csv"), "new")
    assert Path("there/not-yet").read_text() == "new"


def test_a_pipe_is_written_into():
    os.mkfifo("pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()))
    reader.start()
    write_bytes(Path("pipe"), b"data")
    reader.join()
    assert read == [b"data"]
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


def test_a_device_is_written_into():
    before = os.stat("/dev/null").st_rdev
    write_bytes(Path("/dev/null"), b"data")
    assert os.stat("/dev/null").st_rdev == before


@pytest.mark.parametrize("format", ["json", "csv", "netcdf", "excel", "parquet", "netcdf4"])
def test_standard_output_takes_an_export(all_imported, format):
    command = ("export", "cotra2020", *FAST, "--format", format, "--out", "/dev/stdout")
    done = all_imported.run(command)
    assert (done.returncode, done.stderr) == (0, b"written: /dev/stdout\n")
    assert len(done.stdout) > 1000
    with Path("log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        assert all_imported.run(command, stdout=log).returncode == 0
    assert Path("log").read_bytes().startswith(b"before\n")
    assert Path("log").stat().st_size > 1000
    assert sorted(contents()) == ["log"]


@pytest.mark.parametrize("command", SETS)
def test_a_pipe_in_the_place_of_a_set_s_file_is_refused(cli, command):
    Path("out").mkdir()
    os.mkfifo(Path("out") / SETS[command][0])
    cli(*WRITING[command], "--out", "out", code=2)
    assert f"{SETS[command][0]} is no file" in cli.errors


# --- B: where nothing can be written -------------------------------------------------------------

REFUSED = {
    "B-out-is-a-file": ("a-file", "a-file is a file"),
    "B-out-inside-a-file": ("a-file/inside", "a-file is a file"),
    "B-out-deep-inside-a-file": ("a-file/in/side", "a-file is a file"),
    "B-out-name-too-long": (300 * "x", "File name too long"),
    "B-out-where-nobody-writes": ("/proc/nowhere", "nowhere"),
}


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize(("out", "message"), REFUSED.values(), ids=REFUSED)
def test_out_is_looked_at_before_the_run(cli, monkeypatch, command, out, message):
    def never(*args, **options):
        raise AssertionError("it ran")

    # Whatever is estimated or drawn reads streams; modules that are imported now keep no fake.
    monkeypatch.setattr("bioanchors.sampling.Streams.__init__", never)
    Path("a-file").write_text("as it was")
    if command in FILES:
        if out == "a-file":
            message = "exists; allowed: another name, or --force"
        suffix = Path(FILES[command]).suffix
        out = out if out == "a-file" and command == "export" else out + suffix
        if out == "a-file.png":
            return
    cli(*WRITING[command], "--out", out, code=2)
    assert message in cli.errors
    assert contents() == {"a-file": b"as it was"}


FORMATS = ("json", "csv", "netcdf", "excel", "parquet", "netcdf4")


@pytest.mark.parametrize("name", ["run", "report", "sweep", "sensitivity", "compare", *FORMATS])
def test_a_full_disk_is_told_with_the_file(all_imported, name):
    Path("out").mkdir()
    if name in SETS:
        arguments, out = WRITING[name], "out"
    else:
        arguments, out = ("export", "cotra2020", *FAST, "--format", name), f"out/x.{name}"
    done = all_imported.run((*arguments, "--out", out), largest_file=2000)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    told = done.stderr.decode().splitlines()[-1]
    assert told.startswith("File too large: ")
    assert told.split(": ")[1].startswith(
        "out/" if name not in SETS else str(Path("out").resolve())
    )
    assert list(Path("out").iterdir()) == []
    assert [path.name for path in Path().iterdir()] == ["out"]


# --- C: SIGTERM and its like; B: Ctrl-C in an import ---------------------------------------------

# Sends the signal when a module is about to be imported, in one of the ways in which it gets lost.
AT_IMPORT = """
import os, signal, sys
number, module, way = int(sys.argv.pop(1)), sys.argv.pop(1), sys.argv.pop(1)
signal.signal(signal.SIGINT, signal.default_int_handler)

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), number)
        sum(range(1000))

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name != module:
            return None
        sys.meta_path.remove(self)
        if way == "finalizer":
            Finalized()
            return None
        try:
            os.kill(os.getpid(), number)
            sum(range(1000))
        except KeyboardInterrupt:
            if way == "plainly":
                raise
            raise ImportError("initialization failed") from None

sys.meta_path.insert(0, Finder())
from bioanchors.__main__ import main
main()
"""


ENDS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.mark.parametrize(
    ("number", "code", "module", "way"),
    [
        (*ENDS[(i + j) % 2], module, way)
        for i, module in enumerate(["bioanchors.cli", "matplotlib", "scipy.io", "xarray"])
        for j, way in enumerate(["plainly", "as another error", "finalizer"])
    ],
)
def test_an_interruption_while_something_is_imported(others_imported, number, code, module, way):
    command = (str(int(number)), module, way, *RUN, "--out", "out")
    done = others_imported.run(command, program=AT_IMPORT)
    assert (done.returncode, done.stderr.strip()) == (code, b"interrupted")
    if way == "finalizer" and Path("out").exists():
        # From there it comes again a hundredth of a second later, when all may be written: whole.
        whole = ["README.md", "cdf.csv", "cdf.png", "forecast.nc", "summary.json"]
        assert sorted(contents("out")) == whole
        check_whole(Path("out"))
        return
    assert list(Path().iterdir()) == []


IN_THE_HOOK = """
import os, signal, time
from bioanchors import interruption

start = interruption._thread.start_new_thread

def slowly(*arguments):
    # A busy machine: the hook is not left before the interruption comes again.
    start(*arguments)
    time.sleep(10 * interruption.AGAIN_AFTER_S)

interruption._thread.start_new_thread = slowly

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        sum(range(1000))

try:
    with interruption.watched():
        Finalized()
        # What waits is woken.
        time.sleep(60)
        print("slept")
except interruption.Interrupted:
    print("interrupted")
"""


def test_an_interruption_that_comes_again_too_soon_comes_once_more():
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_HOOK],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "interrupted", "")


ENDLESS = ("run", "cotra2020", "--precision", "1e-9", "--points", str(2**27), "--out", "out")


def as_at_a_terminal():
    """Have nothing ignored that whoever calls the tests may have ignored (``nohup``, ``&``)."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_request_to_end_ends_as_ctrl_c_does(cli, number, code):
    cli(*RUN, "--out", "out")
    before = contents("out")
    with subprocess.Popen(
        [*COMMAND, *ENDLESS],
        stderr=subprocess.PIPE,
        preexec_fn=as_at_a_terminal,
    ) as process:
        until_at_work(process.pid, 1.2)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert errors.decode().strip() == "interrupted"
    assert contents("out") == before
    assert [path.name for path in Path().iterdir()] == ["out"]


def test_what_is_ignored_stays_so():
    script = "trap '' TERM; exec \"$@\""
    process = subprocess.Popen(["sh", "-c", script, "sh", *COMMAND, *RUN], stdout=subprocess.PIPE)
    time.sleep(0.3)
    process.terminate()
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert b"Cotra 2020" in output


# --- B: names that are not UTF-8 -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "environment", "shown"),
    [
        (NOT_UTF_8, {}, r"caf\xe9.toml"),
        (NOT_UTF_8, ASCII, r"caf\xe9.toml"),
        ("café", ASCII, "café.toml"),
    ],
    ids=["B-not-UTF-8", "B-not-UTF-8-ASCII", "B-UTF-8-ASCII"],
)
def test_names_of_files_are_any_bytes(cli, name, environment, shown):
    file = f"{name}.toml"
    Path(file).write_text('extends = "cotra2020"\nhardware.doubling_years = 2\n')
    Path("child.toml").write_text('extends = "café.toml"\n', encoding="utf-8")
    Path("café.toml").write_text('extends = "cotra2020"\nhardware.doubling_years = 2\n')
    export = WRITING["export"][:3]
    formats = {name: (*export, name, *FAST) for name in ("csv", "parquet", "netcdf4", "excel")}
    outs, commands = {}, []
    for command, arguments in {**WRITING, **formats, "child": WRITING["run"]}.items():
        read = "child.toml" if command == "child" else file
        is_set = command in SETS or command == "child"
        suffix = "" if is_set else Path(FILES.get(command, f"x.{command}")).suffix
        outs[command] = f"o-{command}-{name}{suffix}"
        arguments = (read if part == "cotra2020" else part for part in arguments)
        commands.append((*arguments, "--out", outs[command]))
    loads = [("load", outs[command]) for command in ("run", "child")]
    one_process(*commands, *loads, environment=environment)
    assert all(Path(out).exists() for out in outs.values())
    for command, named in (("run", shown), ("child", "child.toml")):
        text = (Path(outs[command]) / "summary.json").read_text(encoding="utf-8")
        assert json.loads(text)["name"] == named
    assert shown in cli("show", file)
    assert "café.toml" in cli("show", "child.toml")


@pytest.mark.parametrize("environment", [{}, ASCII], ids=["UTF-8", "ASCII"])
def test_a_title_given_as_an_option_is_text_in_any_locale(environment):
    own_process(*RUN, "--set", 'title="Tōkyō"', "--out", "out", environment=environment)
    assert json.loads(Path("out/summary.json").read_text(encoding="utf-8"))["title"] == "Tōkyō"
    done = own_process(*RUN, "--set", f'title="{NOT_UTF_8}"', environment=environment, code=2)
    assert b"title" in done.stderr


# --- B: only regular files are opened ------------------------------------------------------------

READING = {
    "B-run": ("run", "FILE"),
    "B-extends": ("check", "child.toml"),
    "B-mark": ("sweep", "cotra2020", "--mark", "FILE"),
    "B-weightings": ("sweep", "cotra2020", "--weightings", "FILE"),
    "B-question": ("export", "cotra2020", "--format", "metaculus", "--question", "FILE"),
    "B-load": ("load", "FILE"),
    "B-new": ("new", "new.toml", "--from", "FILE"),
}


@pytest.mark.parametrize("file", ["./pipe.toml", "/dev/kmsg", "/dev/fd/N", "/dev/zero", "./s.toml"])
@pytest.mark.parametrize("arguments", READING.values(), ids=READING)
def test_only_regular_files_are_read(cli, soon, arguments, file):
    os.mkfifo("pipe.toml")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.toml")
    reading, writing = os.pipe()
    file = file.replace("N", str(reading))
    Path("child.toml").write_text(f'extends = "{file}"\n')
    arguments = [file if part == "FILE" else part for part in arguments]
    cli(*arguments, code=2)
    assert "a device or a pipe; allowed: a" in cli.errors
    os.close(reading)
    os.close(writing)


# --- B: terminals and environments ---------------------------------------------------------------


@pytest.mark.parametrize("columns", ["0", "1", "7", "abc", "-3", "", "99999999", "²"])
@pytest.mark.parametrize("command", ["run", "sweep", "sensitivity", "compare", "--help"])
def test_any_width_of_a_terminal_shows_the_words(cli, monkeypatch, columns, command):
    monkeypatch.setenv("COLUMNS", columns)
    lines = cli(*WRITING.get(command, (command,))).splitlines()
    assert any(len(line) > 20 for line in lines)
    assert len(lines) < 400


@pytest.mark.parametrize(
    "variable",
    ["MPLBACKEND=nosuch", "MATPLOTLIBRC=/nowhere", "HOME=/nowhere", "TERM=nosuch", "TZ=nosuch"],
)
def test_any_environment_draws(others_imported, variable):
    name, _, value = variable.partition("=")
    done = others_imported.run((*RUN, "--out", "out"), environment={name: value})
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert Path("out/cdf.png").read_bytes().startswith(b"\x89PNG")


# --- C: new --------------------------------------------------------------------------------------


def test_a_new_file_is_right_on_another_machine(cli):
    cli("new", "mine/mine.toml", "--from", "latest")
    text = Path("mine/mine.toml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "#:schema ./bioanchors.schema.json"
    assert 'extends = "update-2026"' in text
    assert "latest" not in text
    assert str(ROOT) not in text
    assert Path("mine/bioanchors.schema.json").read_text(encoding="utf-8") == ba.schema()
    assert "bioanchors.schema.json" in cli.errors
    cli("new", "mine/other.toml")
    assert cli.errors == ""


def test_an_old_schema_is_replaced_and_a_foreign_one_stays(cli):
    schema = Path("bioanchors.schema.json")
    schema.write_text(json.dumps({"title": json.loads(ba.schema())["title"]}))
    cli("new", "a.toml")
    assert schema.read_text(encoding="utf-8") == ba.schema()
    assert "replaced" in cli.errors
    for foreign in ("mine", "[]", '{"title": "mine"}'):
        schema.write_text(foreign)
        cli("new", f"{len(foreign)}.toml")
        assert schema.read_text() == foreign


# --- C: kills ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_kills_leave_the_old_set_or_the_new():
    done = subprocess.run(
        [sys.executable, "-m", "tools.fuzzing.kills", "--minutes", "5", "--most", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) == 2
