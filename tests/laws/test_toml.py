"""Positions of keys in TOML text, and TOML text from a tree."""

import json
import math
import time
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bioanchors.parameters.reading.positions import KeyPath, key_lines
from bioanchors.parameters.reading.toml_text import toml_document, toml_key, toml_value

# Documents are large examples; that alone is no reason for hypothesis to complain.
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def paths_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """All paths in a tree, but for the empty one."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        items = []
    found: set[KeyPath] = {(*path, key) for key, _ in items}
    for key, item in items:
        found |= paths_of(item, (*path, key))
    return found


def exact(value: Any) -> Any:
    """Like the value, but equal only to what has the same types, and -0.0 other than 0.0."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return type(value), repr(value)


# --- documents, written together with the position of each key --------------------------------

SCALARS = [
    "1",
    "-1_000",
    "0xdead_BEEF",
    "0.5",
    "+1.5e-3",
    "inf",
    "-nan",
    "true",
    "1979-05-27",
    "1979-05-27 07:32:00.5",
    "1979-05-27T07:32:00-07:00",
    "07:32:00",
    '""',
    "''",
    '"# no comment"',
    '"] } , = ["',
    r'"\" \\"',
    r'"\u00e9\\"',
    r"'\'",
    """'""" '"""' """'""",
    "\"'''\"",
    '""""""',
    "''''''",
    '"""\n"""',
    '"""""two quotes, then two"""""',
    "'''''two quotes, then two'''''",
    '"""\na = 1 # "\n[b]\n""c""\n"""',
    '"""\\"""\\\\"""',
    '"""one \\\n   \n  line"""',
    "'''\n[[x]] \"\"\" ''\n\\'''",
]
COMMENTS = ["", "# plain", "# a = 1", "#[b]", "# \"\"\" ' ''' {", "#"]
# Written with a number that makes them unique, and what they then mean.
KEYS = [
    ("k{}", "k{}"),
    ("{}", "{}"),
    ("-{}_", "-{}_"),
    ('"k.{}"', "k.{}"),
    ("'k.{} # [\"'", 'k.{} # ["'),
    (r'"\"{}\\"', '"{}\\'),
    (r'"\u00e9\t{}"', "é\t{}"),
    ("'\\{}'", "\\{}"),
    ('"é{} = \'"', "é{} = '"),
]


class Writer:
    """Writes a random document, and notes where it writes what."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.line = 1
        self.lines: dict[KeyPath, int] = {}
        self.keys = 0

    def choose(self, options: list[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def up_to(self, most: int) -> range:
        return range(self.draw(st.integers(0, most)))

    def write(self, text: str) -> None:
        self.text += text
        self.line += text.count("\n")

    def note(self, path: KeyPath) -> KeyPath:
        self.lines.setdefault(path, self.line)
        return path

    def new_key(self) -> tuple[str, str]:
        self.keys += 1
        written, meant = self.choose(KEYS)
        return written.format(self.keys), meant.format(self.keys)

    def end_line(self) -> None:
        self.write(self.choose(["", "  ", "\t"]) + self.choose(COMMENTS) + "\n")
        for _ in self.up_to(1):
            self.write(self.choose(["", " "]) + self.choose(COMMENTS) + "\n")

    def dotted(self, parts: list[str]) -> None:
        self.write(self.choose([".", " . ", ".\t"]).join(parts))

    def value(self, path: KeyPath, depth: int) -> None:
        kind = self.choose(["scalar", "scalar", "array", "table"]) if depth else "scalar"
        if kind == "scalar":
            self.write(self.choose(SCALARS))
        elif kind == "array":
            self.write("[")
            for index in self.up_to(3):
                if index:
                    self.write(self.choose([",", " , "]))
                self.array_gap()
                self.value(self.note((*path, index)), depth - 1)
                self.array_gap()
            # An array may end in a comma, if only in one that follows something.
            if not self.text.endswith("["):
                self.write(self.choose(["", ","]))
            self.array_gap()
            self.write("]")
        else:
            self.write("{")
            self.pairs(path, depth - 1, separator=", ")
            self.write(self.choose(["", " "]) + "}")

    def array_gap(self) -> None:
        gap = self.choose(["", " ", "line"])
        if gap == "line":
            self.end_line()
        else:
            self.write(gap)

    def pairs(self, path: KeyPath, depth: int, separator: str | None = None) -> None:
        """Keys and values, one a line unless with a separator."""
        prefixes: list[tuple[list[str], KeyPath]] = [([], path)]
        for number in self.up_to(3):
            if number and separator:
                self.write(separator)
            # Dotted keys may go on from the tables that earlier ones here have made.
            parts, at = self.choose(prefixes)
            for further in range(1 + self.choose([0, 0, 1, 2])):
                if further:
                    prefixes.append((parts, at))
                written, meant = self.new_key()
                parts, at = [*parts, written], self.note((*at, meant))
            self.dotted(parts)
            self.write(self.choose(["=", " = ", "\t= "]))
            self.value(at, depth)
            if not separator:
                self.end_line()

    def header(self, parts: list[str], of_array: bool = False) -> None:
        space = self.choose(["", " "])
        self.write(self.choose(["", "  "]) + "[" * (1 + of_array) + space)
        self.dotted(parts)
        self.write(space + "]" * (1 + of_array))
        self.end_line()

    def sections(self, parts: list[str], path: KeyPath, depth: int) -> None:
        """Sections for sub-tables and arrays of tables of a table."""
        for _ in self.up_to(2 if depth else 0):
            written, meant = self.new_key()
            below, at = [*parts, written], (*path, meant)
            kind = self.choose(["table", "array", "implied", "late"])
            if kind == "table":
                self.note(at)
                self.header(below)
                self.pairs(at, 2)
                self.sections(below, at, depth - 1)
            elif kind == "array":
                self.note(at)
                for index in range(1 + len(self.up_to(2))):
                    element = self.note((*at, index))
                    self.header(below, of_array=True)
                    self.pairs(element, 2)
                    self.sections(below, element, depth - 1)
            else:
                written, meant = self.new_key()
                self.note(at)
                self.note((*at, meant))
                self.header([*below, written])
                self.pairs((*at, meant), 2)
                if kind == "late":  # its own header comes second
                    self.header(below)
                    self.pairs(at, 2)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    writer = Writer(draw)
    for _ in writer.up_to(1):
        writer.end_line()
    writer.pairs((), 3)
    writer.sections([], (), 3)
    text = writer.text
    if writer.choose([False, True]):
        text = text.rstrip("\n")
    if writer.choose([False, True]):
        text = text.replace("\n", "\r\n")
    return text, writer.lines


# --- key_lines --------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None, suppress_health_check=LARGE)
@given(documents(), st.sampled_from(["", "\ufeff"]))
def test_generated_documents(document: tuple[str, dict[KeyPath, int]], mark: str) -> None:
    text, lines = document
    assert set(lines) == paths_of(tomllib.loads(text))  # else the generator is wrong
    assert key_lines(mark + text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", {}),
        ("# only a comment", {}),
        ("\n\na = 1", {("a",): 3}),
        ("a = 1\r\n\r\n# c\r\nb = 2\r\n", {("a",): 1, ("b",): 4}),
        ("\ufeff# c\na = 1\n", {("a",): 2}),
        ("\ufeffa = 1\n", {("a",): 1}),
        ("\ufeff[a]\nb = 1\n", {("a",): 1, ("a", "b"): 2}),
        (
            "\"a.b\" . 'c.d'.e = 1\n",
            {("a.b",): 1, ("a.b", "c.d"): 1, ("a.b", "c.d", "e"): 1},
        ),
        ('["a.b"."]"]\n"#" = 1', {("a.b",): 1, ("a.b", "]"): 1, ("a.b", "]", "#"): 2}),
        (r'"\u0041\U0001F600\"\\" = 1', {('A\U0001f600"\\',): 1}),
        ("\"\" = 1\n[x]\n'' = 2", {("",): 1, ("x",): 2, ("x", ""): 3}),
        ("1.2 = 3", {("1",): 1, ("1", "2"): 1}),
        ('a = """\nb = 1\n"" \\""" # " """ # "\nc = 1', {("a",): 1, ("c",): 4}),
        ("a = '''\n'b' = 1\n\\'''''\nc = 1", {("a",): 1, ("c",): 4}),
        ("a = \"'''\"\nb = '\"\"\"'\nc = ''\nd = 1", {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}),
        ("a = 'C:\\'\nb = \"\\\\\"\nc = 1", {("a",): 1, ("b",): 2, ("c",): 3}),
        ("t = 1979-05-27 07:32:00 # x\nu = 1e-3#\nv=1", {("t",): 1, ("u",): 2, ("v",): 3}),
        (
            "a = [ # ]\n  1, 2,\n  # ,\n  [\n 'x' ],\n]\nb = 1",
            {
                ("a",): 1,
                ("a", 0): 2,
                ("a", 1): 2,
                ("a", 2): 4,
                ("a", 2, 0): 5,
                ("b",): 7,
            },
        ),
        (
            "a = { b.c = 1, d = [\n{ e = 2 },\n], b.f = '}' }",
            {
                ("a",): 1,
                ("a", "b"): 1,
                ("a", "b", "c"): 1,
                ("a", "d"): 1,
                ("a", "d", 0): 2,
                ("a", "d", 0, "e"): 2,
                ("a", "b", "f"): 3,
            },
        ),
        (
            "[[a]]\nx = 1\n[a.b]\ny = 2\n[[a.c]]\n[[a]]\n[a.b]\n[[a.c]]\n[[a.c]]\n[a.c.d]\nz = 3",
            {
                ("a",): 1,
                ("a", 0): 1,
                ("a", 0, "x"): 2,
                ("a", 0, "b"): 3,
                ("a", 0, "b", "y"): 4,
                ("a", 0, "c"): 5,
                ("a", 0, "c", 0): 5,
                ("a", 1): 6,
                ("a", 1, "b"): 7,
                ("a", 1, "c"): 8,
                ("a", 1, "c", 0): 8,
                ("a", 1, "c", 1): 9,
                ("a", 1, "c", 1, "d"): 10,
                ("a", 1, "c", 1, "d", "z"): 11,
            },
        ),
        (  # the first mention counts, not the header
            "[a.b.c]\n[a.d]\n[a]\nx = 1\n[a.b]",
            {
                ("a",): 1,
                ("a", "b"): 1,
                ("a", "b", "c"): 1,
                ("a", "d"): 2,
                ("a", "x"): 4,
            },
        ),
        ("a.b = 1\nc = 1\na.d = 1", {("a",): 1, ("a", "b"): 1, ("c",): 2, ("a", "d"): 3}),
    ],
)
def test_explicit_documents(text: str, lines: dict[KeyPath, int]) -> None:
    assert paths_of(tomllib.loads(text.removeprefix("\ufeff"))) == set(lines)
    assert key_lines(text) == lines


def test_inline_table_over_several_lines() -> None:
    # TOML 1.1, which the tomllib of Python 3.15 reads.
    lines = {("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("d",): 5}
    assert key_lines("a = {\n  b = 1, # }\n  c = 2,\n}\nd = 1") == lines


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text("[]{}\"'=.,#\\ \n\rab1u\ufeff", max_size=60))
def test_arbitrary_text(text: str) -> None:
    lines = key_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    assert set(lines) == paths_of(tree)


@settings(max_examples=50, deadline=None, suppress_health_check=LARGE)
@given(documents(), st.integers(0, 1000), st.text(max_size=3))
def test_damaged_documents(document: tuple[str, dict[KeyPath, int]], at: int, junk: str) -> None:
    text, lines = document
    at %= len(text) + 1
    key_lines(text[:at] + junk + text[at + len(junk) :])
    # What stands before the line of the damage is found all the same.
    line = text.count("\n", 0, at) + 1
    found = key_lines(text[:at])
    assert {path: n for path, n in lines.items() if n < line}.items() <= found.items()


@pytest.mark.parametrize(
    "bad", ["a", "[a", "[a]]\n[", "a = [", "a = {b", "a = {b = [}", '"\\q" = 1']
)
def test_what_was_found_before_the_confusion_is_returned(bad: str) -> None:
    assert key_lines(f"x = 1\n{bad}")["x",] == 1


def test_nesting_as_deep_as_tomllib_reads() -> None:
    text = "a = " + "[{b = " * 100 + "1" + "}]" * 100
    assert set(key_lines(text)) == paths_of(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 300_000,
        "a = " + "[" * 150_000 + "]" * 150_000,
        "a = " + "{a=" * 100_000,
        "a." * 150_000 + "a = 1",
        ("[" + "a." * 1000 + "b]\n") * 150,
        'a = """' + '\\"""x' * 60_000,
        "a = ['''" + "''x" * 100_000,
        'a = "' + "\\n" * 150_000,
        '"' + "\\n" * 150_000,
        "a" + " " * 300_000 + "#" * 300_000,
        "#\n" * 150_000,
        "".join(f"key_{number} = {{ x = {number} }}\n" for number in range(15_000)),
    ],
    ids=lambda text: repr(text[:10]),
)
def test_time_is_linear(text: str) -> None:
    start = time.process_time()
    key_lines(text)
    # It is some 0.1 s; anything quadratic would take minutes.
    assert time.process_time() - start < 10


# --- toml_value, toml_key ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e15, "1e15"),
        (0.05, "0.05"),
        (4e17, "4e17"),
        (31.622777, "31.622777"),
        (3.0, "3.0"),
        (2.13e13, "2.13e13"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (-5e30, "-5e30"),
        (999_999.0, "999999.0"),
        (1e6, "1e6"),
        (1_234_567.0, "1.234567e6"),
        (1_234_567.5, "1234567.5"),
        (1e-5, "1e-5"),
        (-2.5e-7, "-2.5e-7"),
        (5e-324, "5e-324"),
        (1e-10, "1e-10"),
        (1.7976931348623157e308, "1.7976931348623157e308"),
        (1e100, "1e100"),
        (3, "3"),
        (10**15, "1000000000000000"),
        (-7, "-7"),
        (True, "true"),
        (False, "false"),
        ("", '""'),
        ('a "b" \\ \n\t\r\b\f', r'"a \"b\" \\ \n\t\r\b\f"'),
        ("\0\x1b\x7f\x85\u2028", r'"\u0000\u001B\u007F\u0085\u2028"'),
        ("é 😀 # '", '"é 😀 # \'"'),
        ([], "[]"),
        ([1, 2.0, "x"], '[1, 2.0, "x"]'),
        ({}, "{}"),
        ({"a": 1, "b c": [{"d": True}]}, '{ a = 1, "b c" = [{ d = true }] }'),
    ],
)
def test_value(value: Any, text: str) -> None:
    assert toml_value(value) == text
    assert exact(tomllib.loads(f"x = {text}")["x"]) == exact(value)


def test_numpy_float() -> None:
    np = pytest.importorskip("numpy")
    assert toml_value(np.float64(0.1)) == "0.1"
    assert toml_value(np.float64(1e15)) == "1e15"


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, math.nan, [math.nan], {"a": math.inf}, "\ud800", {"\udfff": 1}]
)
def test_values_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"parameter file|surrogate"):
        toml_value(value)


@pytest.mark.parametrize("value", [None, 1j, b"x", {1}, [None], {1: 2}])
def test_types_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="TOML"):
        toml_value(value)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9).map(float))
def test_floats_are_read_back_to_the_bit(number: float) -> None:
    text = toml_value(number)
    assert exact(tomllib.loads(f"x = {text}")["x"]) == exact(number)
    assert len(text) <= len(repr(number)) + 2  # 1.0000000001e10 for 10000000001.0


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("a_B-1", "a_B-1"),
        ("1", "1"),
        ("", '""'),
        ("a.b", '"a.b"'),
        ("a b", '"a b"'),
        ("é", '"é"'),
        ("a\n", r'"a\n"'),
        ('"', r'"\""'),
    ],
)
def test_key(key: str, text: str) -> None:
    assert toml_key(key) == text
    assert tomllib.loads(f"{text} = 1") == {key: 1}


# --- toml_document ----------------------------------------------------------------------------


def test_document() -> None:
    tree = {
        "hypotheses": {
            "lifetime": {"params": {"median": 1e15}, "weight": 0.05, "of": {}},
            "evolution": {"weight": 0.1, "median": {"dist": "lognormal", "sigma": 2.0}},
        },
        "seed": 1,
        "long": {"list": ["x" * 90], "b": 1},
        "points": [{"year": 2025, "flop": 4e17}],
        "a.b": {},
    }
    comments = {
        ("seed",): "of the\nrandom  numbers",
        ("points",): "known",
        ("hypotheses",): "has no line",
        ("hypotheses", "lifetime"): "one life",
        ("hypotheses", "lifetime", "weight"): "\n",
        ("hypotheses", "evolution", "weight"): "prior # weight",
        ("hypotheses", "evolution", "median"): "FLOP",
        ("hypotheses", "evolution", "median", "sigma"): "has no line",
        ("long", "list"): "wide",
        ("long", "b"): "narrow",
    }
    text = toml_document(tree, comments, inline=lambda path, value: "dist" in value)
    assert text == (
        "seed = 1                                 # of the random numbers\n"
        "points = [{ year = 2025, flop = 4e17 }]  # known\n"
        "\n"
        "[hypotheses.lifetime]  # one life\n"
        "weight = 0.05\n"
        "\n"
        "[hypotheses.lifetime.params]\n"
        "median = 1e15\n"
        "\n"
        "[hypotheses.lifetime.of]\n"
        "\n"
        "[hypotheses.evolution]\n"
        "weight = 0.1                                  # prior # weight\n"
        'median = { dist = "lognormal", sigma = 2.0 }  # FLOP\n'
        "\n"
        "[long]\n"
        f'list = ["{"x" * 90}"]  # wide\n'
        "b = 1  # narrow\n"
        "\n"
        '["a.b"]\n'
    )
    assert tomllib.loads(text) == tree


def test_empty_documents() -> None:
    assert toml_document({}) == ""
    assert toml_document({"a": {}}) == "[a]\n"
    assert toml_document({"a": {"b": {}}}) == "[a.b]\n"
    assert toml_document({"a": {}}, None, lambda path, value: True) == "a = {}\n"


def test_inline_is_asked_with_paths() -> None:
    asked = []

    def inline(path: tuple[str, ...], table: dict[str, Any]) -> bool:
        asked.append((path, table))
        return path == ("a", "b")

    toml_document({"a": {"b": {"c": {}}, "d": [{}]}}, inline=inline)
    assert asked == [(("a",), {"b": {"c": {}}, "d": [{}]}), (("a", "b"), {"c": {}})]


VALUES = st.recursive(
    st.text() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)
TREES = st.dictionaries(st.text(), VALUES, max_size=5)
INLINES = st.sampled_from(
    [
        lambda path, table: False,
        lambda path, table: True,
        lambda path, table: len(path) > 1,
        lambda path, table: len(path) % 2 == 0,
        lambda path, table: len(table) == 1,
    ]
)
# Comments take any text, even what is no character.
COMMENT_TEXTS = st.text() | st.text(st.characters(codec=None), max_size=5) | st.just("a\r\n[b]\0")


@settings(max_examples=120, deadline=None, suppress_health_check=LARGE)
@given(TREES, INLINES, st.data())
def test_round_trip(tree: dict[str, Any], inline: Any, data: st.DataObject) -> None:
    plain = toml_document(tree, inline=inline)
    assert exact(tomllib.loads(plain)) == exact(tree)
    lines = key_lines(plain)
    assert set(lines) == paths_of(tree)

    paths = sorted((path for path in lines if all(isinstance(key, str) for key in path)), key=repr)
    comments = {
        path: data.draw(COMMENT_TEXTS)
        for path in (data.draw(st.sets(st.sampled_from(paths))) if paths else ())
    }
    commented = toml_document(tree, comments, inline)
    assert exact(tomllib.loads(commented)) == exact(tree)
    assert len(commented.splitlines()) == commented.count("\n")
    assert key_lines(commented) == lines  # each comment is behind a line, none on its own
    commented.encode()


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.text(max_size=6), min_size=1))
def test_comments_are_written_and_aligned(values: dict[str, str]) -> None:
    comments = {(key,): f"on {json.dumps(key)}" for key in values}
    text = toml_document(values, comments)
    columns = {line.rindex("  # on ") for line in text.splitlines()}
    assert len(columns) == 1
    assert min(columns) == max(len(f"{key} = {toml_value(value)}") for key, value in values.items())
