"""Laws of the draws: Sobol' points, named streams, replicates, threads."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc
from strategies import PRESETS, Tree, files, read, replaced

import bioanchors as ba
from bioanchors.sampling import BLOCK, SAMPLERS, Plan, Streams
from bioanchors.sampling.sobol import (
    COLUMNS,
    FIRST_FREE,
    FIXED_COLUMNS,
    assign_columns,
    offset,
    pattern,
    scrambled,
)

Array = NDArray[np.float64]

SIZE = 2**14
SEEDS = st.integers(-(10**30), 10**30)
# Names that presets use, of the same shape with other hypotheses, and any other.
STREAM_NAMES = st.one_of(
    st.sampled_from(sorted(FIXED_COLUMNS)),
    st.from_regex(r"hypotheses\.[a-z]{1,8}\.(training_flop|algorithms\.speed)", fullmatch=True),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
)


def integers(uniforms: Array) -> NDArray[np.uint32]:
    """The 32-bit integers of which uniforms are the middles."""
    scaled = uniforms * 2.0**32 - 0.5
    assert np.array_equal(scaled, np.floor(scaled))
    return scaled.astype(np.uint32)


# --- Sobol' points -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scipy_points() -> dict[int, NDArray[np.uint32]]:
    """SciPy's unscrambled points as integers, 2^14 of all columns from two starts."""
    result = {}
    for start in (0, 37 * SIZE):
        sobol = qmc.Sobol(COLUMNS, scramble=False, bits=32)
        if start:
            sobol.fast_forward(start)
        result[start] = (sobol.random(SIZE) * 2.0**32).astype(np.uint32)
    return result


def test_points_are_those_of_scipy(scipy_points: dict[int, NDArray[np.uint32]]) -> None:
    for start, points in scipy_points.items():
        for column in range(COLUMNS):
            ours = pattern(column, SIZE) ^ np.uint32(offset(column, start))
            np.testing.assert_array_equal(ours, points[:, column], err_msg=f"column {column}")


@pytest.mark.parametrize("name", ["brain.flop_per_s", "spending.speed", "none", "hypotheses.x.y"])
@pytest.mark.parametrize("seed", [0, -5, 12345])
def test_a_stream_is_a_column_with_one_nested_permutation(
    name: str, seed: int, scipy_points: dict[int, NDArray[np.uint32]]
) -> None:
    """Points that share their first k bits share them afterwards, and no others do."""
    for replicate in (0, 7):
        column = assign_columns([name], replicate)[name]
        assert column is not None
        streams = Streams([name], seed)
        before = np.concatenate([points[:, column] for points in scipy_points.values()])
        after = np.concatenate(
            [
                integers(streams.uniforms(name, replicate, start // SIZE, SIZE))
                for start in scipy_points
            ]
        )
        for bits in range(1, 33):
            firsts = [each >> np.uint32(32 - bits) for each in (before, after)]
            pairs = firsts[0].astype(np.uint64) << np.uint64(32) | firsts[1]
            both = np.unique(pairs).size
            assert both == np.unique(firsts[0]).size == np.unique(firsts[1]).size


KEYS = np.random.default_rng(20261125).integers(0, 2**32, (2, 20_000))


def test_flips_are_as_if_drawn_one_by_one() -> None:
    """A nested permutation flips each of 63 halves, quarters, ... or not, independently.

    Burley's constants (2020) give correlations of up to 0.64 here.
    """
    points = 64
    halves = np.array([scrambled([0], 0, points, [(k, s)])[0] for k, s in KEYS.T.tolist()])
    order = np.argsort(pattern(0, points))
    ranked = halves[:, order]
    flips = []
    for level in range(6):
        first = ranked[:, :: points >> level]
        flips.append((first >> np.uint32(31 - level)) & np.uint32(1))
    each = np.concatenate(flips, axis=1).astype(float)
    assert each.shape[1] == 63
    # 20,000 fair coins, of 63 nodes.
    assert np.abs(each.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / np.sqrt(KEYS.shape[1])
    apart = np.corrcoef(each.T) - np.eye(63)
    assert np.abs(apart).max() < 0.05
    assert np.sqrt(np.mean(apart**2)) < 0.0085  # by chance 0.0071


def test_means_over_scrambles_spread_as_those_of_owen_s() -> None:
    """Exact for nested uniform scrambling: Var of the mean of u over n points is 1 / (12 n^3)."""
    n = 256
    means = [
        (scrambled([0], 0, n, [(k, s)])[0] + 0.5).mean() * 2.0**-32
        for k, s in KEYS[:, :4000].T.tolist()
    ]
    exact = 1 / np.sqrt(12 * n**3)
    assert np.std(means) == pytest.approx(exact, rel=0.05)
    assert abs(np.mean(means) - 0.5) < 4 * exact / np.sqrt(4000)


@pytest.mark.parametrize("power", [1, 2])
def test_each_point_is_uniform_over_scrambles(power: int) -> None:
    values = np.array([scrambled([3], 0, 8, [(k, s)])[0] for k, s in KEYS[:, :4000].T.tolist()])
    u = (values + 0.5) * 2.0**-32
    mean, sd = 1 / (power + 1), np.sqrt(1 / (2 * power + 1) - 1 / (power + 1) ** 2)
    assert np.abs((u**power).mean(axis=0) - mean).max() < 4 * sd / np.sqrt(4000)


def test_two_columns_keep_their_net() -> None:
    """Columns 0 and 1 are a (0, 2)-sequence: each box of area 1 / n holds one of n points."""
    n, m = 1024, 10
    for words in itertools.pairwise(KEYS[:, :21].T.tolist()):
        u, v = scrambled([0, 1], 0, n, words)
        for bits in range(m + 1):
            box = (u.astype(np.uint64) >> np.uint64(32 - bits) << np.uint64(m - bits)) + (
                v.astype(np.uint64) >> np.uint64(32 - (m - bits))
            )
            assert np.unique(box).size == n


def test_names_replicates_and_seeds_are_independent() -> None:
    """Errors of a mean, which scrambling alone makes, do not go together."""
    names = ("hardware.speed", "spending.speed")
    errors = np.array(
        [
            [
                Streams(names, seed).uniforms(name, replicate, 0, 64).mean() - 0.5
                for name in names
                for replicate in range(4)
            ]
            for seed in range(1000)
        ]
    )
    apart = np.corrcoef(errors.T) - np.eye(errors.shape[1])
    assert np.abs(apart).max() < 0.13  # 28 pairs of 1,000: four standard deviations
    after = np.corrcoef(errors[1:].T, errors[:-1].T)[:8, 8:]
    assert np.abs(after).max() < 0.13


@given(
    st.integers(0, COLUMNS - 1),
    st.integers(0, 14),
    st.integers(0, 2**18 - 1),
    st.integers(0, 14),
)
@settings(max_examples=200, deadline=None)
def test_any_block_is_a_slice_of_one_sequence(column: int, m: int, block: int, inner: int) -> None:
    """Points from n 2^m on are the same read alone or as part of a longer block."""
    inner = min(inner, m)
    size, part = 2**m, 2**inner
    whole = pattern(column, size) ^ np.uint32(offset(column, block * size))
    for k in {0, size // part - 1, (size // part) // 2}:
        alone = pattern(column, part) ^ np.uint32(offset(column, block * size + k * part))
        np.testing.assert_array_equal(alone, whole[k * part : (k + 1) * part])


@given(STREAM_NAMES, SEEDS, st.integers(0, 100), st.integers(1, 14))
@settings(max_examples=100, deadline=None)
def test_every_power_of_two_is_spread_evenly(name: str, seed: int, replicate: int, m: int) -> None:
    """Of 2^m points there is one in each of 2^m equal intervals, whatever the scramble."""
    u = Streams([name], seed).uniforms(name, replicate, 0, 2**m)
    np.testing.assert_array_equal(np.sort(np.floor(u * 2**m)), np.arange(2**m))


# --- Streams -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(STREAM_NAMES, SEEDS, st.integers(0, 1000), st.integers(0, 100))
@settings(max_examples=100, deadline=None)
def test_uniforms_lie_strictly_inside(
    sampler: str, name: str, seed: int, replicate: int, block: int
) -> None:
    u = Streams([name], seed, sampler).uniforms(name, replicate, block, 1024)
    assert u.shape == (1024,)
    assert u.dtype == np.float64
    assert np.all((u > 0) & (u < 1))
    assert 1.0 - u.max() > 0


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_streams_are_uniform(sampler: str) -> None:
    for name, seed in itertools.product(["brain.flop_per_s", "none", "hypotheses.a.b"], [0, 1]):
        streams = Streams([name], seed, sampler)
        u = np.concatenate([streams.uniforms(name, r, 0, 2**12) for r in range(8)])
        assert stats.kstest(u, "uniform").pvalue > 1e-6


def test_first_points_of_replicates_are_uniform() -> None:
    """Each point is uniform over the shifts, which makes every replicate's mean unbiased."""
    streams = Streams(["none"], 3)
    for index in (0, 1, 5):
        u = [streams.uniforms("none", r, 0, 8)[index] for r in range(2000)]
        assert stats.kstest(u, "uniform").pvalue > 1e-6
        assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 0.12


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_seed_replicate_name_and_block_each_change_the_draws(sampler: str) -> None:
    names = ["brain.flop_per_s", "none", "hypotheses.a.b"]
    seen = [
        Streams(names, seed, sampler).uniforms(name, replicate, block, 64)
        for seed in (0, 1, -1, 2**70, -(2**70))
        for name in names
        for replicate in (0, 1, 10, 11)
        for block in (0, 1)
    ]
    assert len({u.tobytes() for u in seen}) == len(seen)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    st.lists(STREAM_NAMES, min_size=1, max_size=8, unique=True),
    st.lists(STREAM_NAMES, max_size=8),
    SEEDS,
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_a_stream_depends_on_seed_and_name_alone(
    sampler: str, names: list[str], others: list[str], seed: int, random: object
) -> None:
    together = list(dict.fromkeys([*names, *others]))
    random.shuffle(together)  # type: ignore[attr-defined]
    one, two = Streams(names, seed, sampler), Streams(together, seed, sampler)
    for name in names:
        if name in one.without_column(4) or name in two.without_column(4):
            continue
        np.testing.assert_array_equal(
            one.uniforms(name, 3, 1, 32), two.uniforms(name, 3, 1, 32), err_msg=name
        )


# First four points of block 2 of replicate 1, as integers: seed, name, Sobol', pseudo-random.
GOLDEN = [
    (
        1,
        "brain.flop_per_s",
        [122978014, 3827384006, 1385853016, 2243912245],
        [1807809648, 1889885738, 1035380670, 76458032],
    ),
    (
        -2,
        "hypotheses.mine.training_flop",
        [1682064862, 4138752151, 2922258609, 995579997],
        [3706571206, 1561891771, 620123734, 2156897966],
    ),
]


@pytest.mark.parametrize(("seed", "name", "sobol", "random"), GOLDEN)
def test_streams_are_those_of_earlier_versions(
    seed: int, name: str, sobol: list[int], random: list[int]
) -> None:
    """A change that moves these moves every result, and the changelog has to say so."""
    for sampler, expected in (("sobol", sobol), ("random", random)):
        u = Streams([name], seed, sampler).uniforms(name, 1, 2, 4)
        assert np.floor(u * 2.0**32).astype(int).tolist() == expected


@pytest.mark.parametrize("sampler", ["", "Sobol", "halton"])
def test_an_unknown_sampler_is_refused(sampler: str) -> None:
    with pytest.raises(ValueError, match="sampler must be one of sobol, random"):
        Streams(["x"], 1, sampler)
    with pytest.raises(ValueError, match="sampler must be one of sobol, random"):
        ba.run("cotra2020", points=64, sampler=sampler)


# --- Columns -------------------------------------------------------------------------------------


def test_names_of_presets_have_columns_of_their_own() -> None:
    columns = list(FIXED_COLUMNS.values())
    assert len(set(columns)) == len(columns)
    assert min(columns) == 0
    assert max(columns) < FIRST_FREE < COLUMNS


@pytest.mark.parametrize("preset", PRESETS)
def test_every_input_of_a_preset_has_a_fixed_column(preset: str) -> None:
    inputs = ba.read_parameters(preset).inputs
    assert set(inputs) <= set(FIXED_COLUMNS)
    assert ba.run(preset, points=64).dataset.attrs["pseudo_random_inputs"] == ""


def test_names_with_fixed_columns_are_uncorrelated() -> None:
    streams = Streams(FIXED_COLUMNS, 1)
    u = np.array([streams.uniforms(name, 0, 0, SIZE) for name in FIXED_COLUMNS])
    rho = np.corrcoef(u) - np.eye(len(u))
    # Products about the middle, and of the distances from it: shifted copies show in the one,
    # mirrored ones in the other.
    assert np.abs(rho).max() < 0.03
    far = np.abs(u - 0.5)
    assert np.abs(np.corrcoef(far) - np.eye(len(u))).max() < 0.03


@given(st.lists(STREAM_NAMES, max_size=60, unique=True), st.integers(-2, 4096))
@settings(max_examples=50, deadline=None)
def test_no_two_names_share_a_column(names: list[str], replicate: int) -> None:
    columns = assign_columns(names, replicate)
    assert set(columns) == set(names)
    own = [column for column in columns.values() if column is not None]
    assert len(set(own)) == len(own)
    for name, column in columns.items():
        if name in FIXED_COLUMNS:
            assert column == FIXED_COLUMNS[name]
        elif column is not None:
            assert FIRST_FREE <= column < COLUMNS


def uneven(name: str, other: str, replicate: int) -> bool:
    """Whether of 128 points none lies in every other box of a grid of four, or of eight."""
    columns = assign_columns([name, other], replicate)
    x, y = (pattern(column, 128) for column in columns.values() if column is not None)
    for bits, others in ((1, 1), (1, 2), (2, 1)):
        boxes = (x >> np.uint32(32 - bits)) << np.uint32(others) | y >> np.uint32(32 - others)
        if np.unique(boxes).size < 2 ** (bits + others):
            return True
    return False


def test_columns_that_are_uneven_together_are_not_those_of_all_replicates() -> None:
    """Else all replicates have one of two errors of the same size, which their spread may hide.

    A delay of this name read a column so uneven with the growth of spending that the replicates'
    errors had two summits: the larger their mean, the smaller their spread (correlation -0.5), and
    runs stopped where all were off alike.
    """
    trends = [name for name, column in FIXED_COLUMNS.items() if column < 14]
    mine = ["lag.delays.stations.years", *(f"changes.mine{i}.year" for i in range(60))]
    assert uneven(mine[0], "spending.speed", 0)
    for name in mine:
        for trend in trends:
            assert sum(uneven(name, trend, replicate) for replicate in range(8)) <= 4, (name, trend)


def colliding() -> tuple[str, str]:
    """Two names of hypotheses whose training FLOP hash to one column."""
    seen: dict[int | None, str] = {}
    for i in range(10_000):
        name = f"h{i}"
        path = f"hypotheses.{name}.training_flop"
        column = assign_columns([path])[path]
        if column in seen:
            return seen[column], name
        seen[column] = name
    raise AssertionError("10,000 names have as many columns")


def two_hypotheses(first: str, second: str) -> list[str]:
    """Settings that add two hypotheses to a preset."""
    flop = 'training_flop = { dist = "lognormal", median = 1e32, sd_oom = 3 }'
    own = "algorithms = { halving_years = 2, max_oom = 3 }"
    return [
        f'hypotheses.{name}={{ kind = "direct", weight = 1.0, {flop}, {own} }}'
        for name in (first, second)
    ]


def test_of_two_names_on_one_column_the_later_gets_pseudo_random_numbers() -> None:
    first, second = colliding()
    paths = [f"hypotheses.{name}.training_flop" for name in (first, second)]
    streams = Streams(paths, 1)
    assert streams.without_column(1) == (paths[1],)
    one, two = (streams.uniforms(path, 0, 0, SIZE) for path in paths)
    # On one column the two would be functions of each other.
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.05
    xor = integers(one) ^ (two * 2.0**32).astype(np.uint32)
    assert np.unique(xor).size > SIZE // 2
    counts, *_ = np.histogram2d(one, two, bins=8)
    assert stats.chisquare(counts.ravel()).pvalue > 1e-6
    parameters = ba.read_parameters("cotra2020", two_hypotheses(first, second))
    forecast = ba.run(parameters, points=64)
    assert forecast.dataset.attrs["pseudo_random_inputs"] == paths[1]
    assert forecast.summary()["pseudo_random_inputs"] == [paths[1]]


def test_a_known_number_is_not_called_pseudo_random() -> None:
    """A point draws nothing, whatever column its name hashes to."""
    first, second = colliding()
    parameters = ba.read_parameters("cotra2020", two_hypotheses(first, second))
    known = parameters.edited(f"hypotheses.{second}.training_flop=1e32")
    assert ba.run(known, points=64).dataset.attrs["pseudo_random_inputs"] == ""


# --- Edits leave the other draws as they were ----------------------------------------------------


def inputs_of(tree: Tree, sampler: str) -> dict[str, Array]:
    draws = ba.draw(read(tree), points=64, replicates=2, seed=5, sampler=sampler)
    names = [name for name in draws.data_vars if draws[name].dims == ("draw",)]
    return {str(name): draws[name].values for name in names}


def collide(*trees: Tree) -> bool:
    for tree in trees:
        names = [*read(tree).inputs, "none"]
        if any(None in assign_columns(names, replicate).values() for replicate in (0, 1)):
            return True
    return False


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(one=files(), two=files())
@settings(max_examples=25, deadline=None)
def test_adding_and_removing_leaves_the_other_draws(sampler: str, one: Tree, two: Tree) -> None:
    """Inputs that two files hold alike have the same draws, whatever else the files hold."""
    merged = {**one, "hypotheses": {**two["hypotheses"], **one["hypotheses"]}}
    for table in ("brain", "network", "scaling", "scaling_law"):
        if table in two:
            merged[table] = {**two[table], **one.get(table, {})}
    # The second file's hypotheses need a speed and a cap of their own, or the first's default.
    for name, hypothesis in two["hypotheses"].items():
        if name not in one["hypotheses"]:
            own = {"halving_years": 2.0, "max_oom": 3.0}
            merged["hypotheses"][name] = {**hypothesis, "algorithms": own}
    assume(sampler == "random" or not collide(one, merged))
    before, after = inputs_of(one, sampler), inputs_of(merged, sampler)
    assert set(before) <= set(after)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(tree=files(), level=st.floats(17, 18), data=st.data())
@settings(max_examples=25, deadline=None)
def test_editing_an_input_leaves_the_other_draws(
    sampler: str, tree: Tree, level: float, data: st.DataObject
) -> None:
    quantity = data.draw(
        st.sampled_from([10**level, {"dist": "lognormal", "median": 10**level, "sd_oom": 0.3}])
    )
    edited = replaced(tree, "hardware.flop_per_usd", quantity)
    before, after = inputs_of(tree, sampler), inputs_of(edited, sampler)
    assert set(before) == set(after)
    for name in before:
        if name != "hardware.flop_per_usd":
            np.testing.assert_array_equal(before[name], after[name], err_msg=name)


def test_a_speed_has_one_stream_in_every_unit() -> None:
    """A higher uniform is faster, so that an interval means the same draws in any unit."""
    speeds = {
        "doubling_years": [2.0, 4.0],
        "doubling_months": [24.0, 48.0],
        "times_per_year": [2 ** (1 / 4), 2 ** (1 / 2)],
    }
    draws = [
        ba.draw(
            ba.read_parameters(
                "cotra2020",
                [f'hardware.{key}={{ dist = "log_uniform", low = {low}, high = {high} }}'],
            ),
            points=256,
        )[f"hardware.{key}"].values
        for key, (low, high) in speeds.items()
    ]
    # In doublings a log-uniform is one of the speed, too; in times per year it is of its logarithm.
    np.testing.assert_allclose(12 * draws[0], draws[1], rtol=1e-9)
    np.testing.assert_array_equal(np.argsort(-draws[0]), np.argsort(draws[2]))


# --- Plans and threads ---------------------------------------------------------------------------


@given(st.integers(1, 2**30), st.integers(2, 64))
def test_points_are_rounded_up_to_powers_of_two(points: int, replicates: int) -> None:
    plan = Plan.of(points, replicates)
    assert plan.points & (plan.points - 1) == 0
    assert plan.total == plan.points * replicates >= points
    assert plan.points == 1 or plan.points // 2 * replicates < points
    assert plan.points % plan.block == 0
    assert plan.block <= BLOCK


def test_jobs_cover_each_block_of_each_replicate_once() -> None:
    plan = Plan.of(16 * BLOCK, 4)
    assert sorted(plan.jobs) == list(itertools.product(range(4), range(4)))


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"points": 0}, "points"),
        ({"points": 2**31}, "points"),
        ({"replicates": 1}, "replicates"),
    ],
)
def test_sizes_out_of_range_are_refused(how: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ba.run("cotra2020", **how)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_more_points_keep_the_draws_that_were_there(sampler: str) -> None:
    few = ba.draw("cotra2020", points=2**10, replicates=2, sampler=sampler)
    many = ba.draw("cotra2020", points=2**12, replicates=4, sampler=sampler)
    for replicate in (0, 1):
        before = few.sel(draw=few["replicate"] == replicate)
        after = many.sel(draw=many["replicate"] == replicate).isel(draw=slice(2**9))
        np.testing.assert_array_equal(before["arrival_year"], after["arrival_year"])
        np.testing.assert_array_equal(before["release_year"], after["release_year"])


UNCERTAIN = (
    'hardware.doubling_years={ dist = "lognormal", median = 2.5, sd_oom = 0.1 }',
    'spending.doubling_years={ dist = "lognormal", median = 2.5, sd_oom = 0.1 }',
)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_threads_change_no_bit(sampler: str) -> None:
    parameters = ba.read_parameters("cotra2020", UNCERTAIN)
    how = {"points": 2**18, "replicates": 4, "sampler": sampler, "seed": 9}
    one, *others = (ba.run(parameters, threads=n, **how).dataset for n in (1, 2, 5))
    for other in others:
        assert one.variables.keys() == other.variables.keys()
        for name, variable in one.variables.items():
            np.testing.assert_array_equal(variable.values, other[name].values, err_msg=str(name))


def test_progress_counts_every_block_once() -> None:
    seen: list[tuple[int, int]] = []
    ba.run(
        "cotra2020",
        points=2**19,
        replicates=4,
        estimator="count",
        precision=1e-9,
        progress=lambda *a: seen.append(a),
    )
    # A first round of one block a replicate, by which the error is seen; then all points.
    assert seen == [(i, 4) for i in range(1, 5)] + [(i, 8) for i in range(1, 9)]


def test_samplers_agree_and_sobol_is_the_more_exact() -> None:
    sobol, random = (ba.run("cotra2020", points=2**15, sampler=s) for s in ("sobol", "random"))
    ratios = []
    for year in (2026, 2030, 2036, 2045, 2060, 2080, 2100):
        one, two = (f.probability_standard_error(year) for f in (sobol, random))
        off = sobol.probability_by(year) - random.probability_by(year)
        assert abs(off) < 8 * np.hypot(one, two), year
        ratios.append(two / one)
    assert np.median(ratios) > 2


def test_random_errors_are_those_of_counting() -> None:
    """Pseudo-random draws of a direct hypothesis: the error is sqrt(p (1 - p) / n)."""
    settings_ = two_hypotheses("mine", "other")
    forecast = ba.run(
        ba.read_parameters("cotra2020", settings_),
        points=2**16,
        replicates=256,
        estimator="count",
        precision=1e-9,
        sampler="random",
        weights={"mine": 1, "none": 0},
    ).dataset
    kept = 1 - float(forecast["low_end_removed"].sel(hypothesis="mine"))
    assert kept > 0.97
    for year in (2030, 2040, 2060):
        p = float(forecast["cdf"].sel(year=year))
        stated = float(forecast["cdf_standard_error"].sel(year=year))
        # 255 degrees of freedom: the ratio of errors is within 25 % of 1 but once in a million.
        assert stated == pytest.approx(np.sqrt(p * (1 - p) / 2**16), rel=0.25)
