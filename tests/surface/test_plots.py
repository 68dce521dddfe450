"""Figures: what is drawn are the forecast's numbers; each format; bad input."""

import io
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.image import imread

import bioanchors as ba
from bioanchors.analysis.ledgers import ledger
from bioanchors.analysis.trajectories import PERCENTILES, trajectories
from bioanchors.output import plots
from bioanchors.output.figure import SEEN, band_words
from bioanchors.output.headline_figures import headline_years, source_words
from bioanchors.output.intervention_figures import near_words, own_words
from bioanchors.output.kinds import KINDS, KINDS_OF_SEVERAL
from bioanchors.output.labelling import label_lines, spread
from bioanchors.output.plots import drawing, drawn_words
from bioanchors.results.telling import headline_words

BAD_INPUT = 2


@pytest.fixture(scope="module")
def forecasts():
    return {name: ba.run(name) for name in ("cotra2020", "cotra2020-uncertain", "latest")}


def line(axes, label):
    (found,) = (each for each in axes.get_lines() if each.get_label() == label)
    return found.get_xdata(), found.get_ydata()


@pytest.mark.parametrize("points", [64, 2**12])
def test_a_band_is_drawn_and_told_of_where_it_is_seen(points):
    forecast = ba.run("cotra2020-uncertain", points=points, trend_points=points // 8)
    axes = plots.cdf(forecast, Figure().subplots())
    is_seen = forecast.cdf_standard_error.max() >= SEEN
    assert is_seen == (points == 64)
    assert len(axes.collections) == is_seen
    assert ("two standard errors" in band_words([forecast])) == is_seen
    if is_seen:
        drawn = axes.collections[0].get_datalim(axes.transData)
        # Twice the error above the last of the CDF, at least.
        assert drawn.y1 >= forecast.cdf[-1] + 2 * forecast.cdf_standard_error[-1] - 1e-9


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"loss", "interventions"}])
@pytest.mark.parametrize("preset", ["cotra2020", "cotra2020-uncertain", "latest"])
def test_each_kind_draws_and_returns_its_axes(forecasts, preset, kind):
    with ba.plots.style():
        axes = Figure().subplots()
        assert drawing(kind)(forecasts[preset], axes) is axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()


@pytest.mark.parametrize(
    ("preset", "loss", "run"),
    [
        # By a A N^-a = b B D^-b, and by (Nc / N)^p = q / (1 + p).
        ("chinchilla-loss", 0.01, (14.2994, 15.3940)),
        ("kaplan-joint", 1.0, (14.131465, 13.627312)),
    ],
)
def test_a_loss_has_its_cheapest_run_on_the_map(preset, loss, run):
    forecast = ba.run(
        ba.read_parameters(preset, [f"hypotheses.loss.loss_above_irreducible={loss}"])
    )
    axes = ba.plots.loss(forecast, Figure().subplots())
    (x,), (y,) = line(axes, "needed: loss")
    assert (x, y) == pytest.approx(run, abs=1e-3)
    cheapest = line(axes, "cheapest run of a loss")
    assert np.interp(x, *cheapest) == pytest.approx(y, abs=1e-6)
    # The contour of that loss touches there the line of equal FLOP, and lies above it elsewhere.
    level = next(
        path
        for contours in axes.collections
        if getattr(contours, "levels", None) is not None and not contours.filled
        for value, path in zip(contours.levels, contours.get_paths(), strict=True)
        if value == pytest.approx(np.log10(loss), abs=1e-9)
    )
    flop = level.vertices.sum(axis=1)
    assert flop.min() == pytest.approx(x + y, abs=2e-3)
    assert abs(level.vertices[np.argmin(flop), 0] - x) < 0.2


def test_a_stock_of_data_is_on_the_map():
    stock = "data={stock_tokens=1e15, stock_year=2024, times_per_year=1.05, algorithms_save=1}"
    forecast = ba.run(ba.read_parameters("chinchilla-loss", [stock]))
    axes = ba.plots.loss(forecast, Figure().subplots())
    np.testing.assert_allclose(line(axes, "stock of data in 2024")[1], 15)


def test_a_loss_needs_a_law(cli, forecasts):
    with pytest.raises(ValueError, match=r"no scaling law; allowed: a file with \[scaling_law\]"):
        ba.plots.loss(forecasts["cotra2020"], Figure().subplots())
    cli("plot", "kaplan-joint", "--kind", "loss", "--out", "x.png")
    assert imread("x.png").std() > 0.05


@pytest.fixture(scope="module")
def paused():
    """A freeze for good of known trends; algorithms gain 0.1 OOM a year, without a ceiling."""
    settings = [
        "interventions.pause={of='largest_run_flop', year=2030, freeze=true}",
        "hardware={doubling_years=2, max_flop_per_usd=1e40}",
        "spending={times_per_year=2, max_share_of_gdp=0.99}",
        *(
            f"hypotheses.{name}.algorithms={{oom_per_year=0.1, max_oom=20, compute_share=0.3}}"
            for name in ba.read_parameters("cotra2020").weights
        ),
    ]
    return ba.read_parameters("cotra2020", settings)


def test_interventions_are_drawn_with_and_without_them(paused):
    found = ba.with_and_without(paused, [0, 0.5, 1], precision=0.01)
    left, right = Figure().subplots(1, 2)
    ba.plots.effective(found, left)
    ba.plots.interventions(found, right)
    years, without = line(left, "without")
    place = {year: list(years).index(year) for year in (2029, 2030, 2035)}
    for share in found.shares:
        _, values = line(left, f"with, share {share:g}")
        assert values[place[2029]] == pytest.approx(without[place[2029]], abs=1e-9)
        # Compute stands still, and of the gain of algorithms goes on what it does not drive.
        gained = values[place[2035]] - values[place[2030]]
        assert gained == pytest.approx(0.1 * (1 - share) * 5, abs=0.02)
        with_years, chances = line(right, f"with, share {share:g}")
        all_years, chances_without = line(right, "without")
        late = with_years > 2030
        assert (chances <= np.interp(with_years, all_years, chances_without) + 1e-3)[late].all()
    assert found.spans == ((2030, np.inf),)


def test_interventions_need_some(cli, paused):
    with pytest.raises(ValueError, match=r"has no interventions; needed: \[interventions.NAME\]"):
        ba.with_and_without("cotra2020")
    with pytest.raises(ValueError, match="no shares"):
        ba.with_and_without(paused, [])
    with pytest.raises(ba.BadParameters, match=r"compute_share: found 1\.5; allowed: 0 to 1"):
        ba.with_and_without(paused, [1.5])
    answering = "algorithms={compute_share=0.5, answers_to='compute'}"
    frozen = "interventions.pause={of='largest_run_flop', year=2030, freeze=true}"
    drawn = ("plot", "cotra2020", "--kind", "interventions", "--out", "x.png", "--set", frozen)
    cli(*drawn, "--set", answering, code=BAD_INPUT)
    assert "answer to all compute" in " ".join(cli.errors.split())
    assert not Path("x.png").exists()
    cli(*drawn)
    assert imread("x.png").std() > 0.05


def test_the_density_adds_up_to_what_arrives(forecasts):
    for forecast in forecasts.values():
        axes = ba.plots.density(forecast, Figure().subplots())
        years, rate = line(axes, "all")
        # Half a year is missing at either end.
        ends = [forecast.years[0] + 0.5, forecast.years[-1] - 0.5]
        assert [years[0], years[-1]] == pytest.approx(ends, abs=0.1)
        inside = forecast.probability_by(ends[1]) - forecast.probability_by(ends[0])
        assert np.trapezoid(rate / 100, years) == pytest.approx(inside, abs=0.002)


def test_a_density_has_no_kink_at_the_ends_of_its_window():
    # Arrival is equally likely in each year: so the density is level, up to both ends.
    years = np.linspace(2024.0, 2050.0, 417)
    rate = plots._rate(years, (years - 2024.0) / 26, plots._middle_years(years))
    np.testing.assert_allclose(rate, 100 / 26, rtol=1e-9)


# --- What lines are ------------------------------------------------------------------------------


@given(
    wanted=st.lists(st.floats(0, 1), min_size=1, max_size=9).map(sorted), apart=st.floats(0, 0.2)
)
@settings(deadline=None)
def test_labels_are_apart_and_nearest_to_their_lines(wanted, apart):
    wanted = np.array(wanted)
    places = spread(wanted, apart)
    assert np.all(np.diff(places) >= apart - 1e-9)
    away = ((places - wanted) ** 2).sum()
    # Nothing near it that is apart as much is nearer.
    for step in (1e-3, -1e-3):
        for i in range(wanted.size):
            for j in range(i, wanted.size):
                other = places.copy()
                other[i : j + 1] += step
                if np.all(np.diff(other) >= apart):
                    assert ((other - wanted) ** 2).sum() >= away - 1e-9


@pytest.mark.parametrize("preset", ["cotra2020", "latest"])
def test_lines_are_named_where_they_end(forecasts, preset):
    figure = Figure()
    with ba.plots.style():
        axes = ba.plots.cdf(forecasts[preset], figure.subplots())
        label_lines(figure, axes)
    texts = {text.get_text(): text.xy for text in axes.texts}
    for name in (*forecasts[preset].hypotheses, 'all, "none" included'):
        label = name.replace("_", " ")
        _, values = line(axes, label)
        assert texts[label][0] > 1
        assert texts[label][1] == pytest.approx(values[-1], abs=0.12)


def test_lines_differ_without_their_colours(forecasts):
    drawn = ba.plots.cdf(forecasts["latest"], Figure().subplots()).get_lines()
    named = [each for each in drawn if not each.get_label().startswith("_")]
    looks = {(str(each._unscaled_dash_pattern), each.get_linewidth()) for each in named}
    assert len(looks) == len(named) == 8


def test_the_median_and_quantiles_stand_on_the_cdf(forecasts):
    forecast = forecasts["cotra2020"]
    axes = ba.plots.cdf(forecast, Figure().subplots())
    marks = {text.get_text(): text.xy for text in axes.texts}
    assert marks["median 2052.9"] == (forecast.quantile(0.5), 0.5)
    assert marks["2032"] == (forecast.quantile(0.1), 0.1)
    assert len(marks) == 4  # the last is after the window


# --- A headline, and several forecasts -----------------------------------------------------------


def test_a_headline_says_what_the_forecast_does(forecasts):
    forecast = forecasts["latest"]
    axes = ba.plots.headline(forecast, Figure().subplots())
    told = {text.get_text(): text.xy for text in axes.texts}
    assert len(told) == 4
    for text, (year, probability) in told.items():
        assert probability == forecast.probability_by(year)
        assert text == f"{100 * probability:.0f} % by {year}"
    assert "in the course of 2046" in headline_words(forecast)
    assert forecast.title in source_words(forecast)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ("[2027, 2030, 2036, 2050, 2100]", [2030, 2036, 2050, 2100]),
        ("[2036, 2050]", [2036, 2050]),
        ("[2055]", [2030, 2050, 2080, 2100]),
    ],
)
def test_the_years_of_a_headline(forecasts, report, told):
    parameters = ba.read_parameters("latest", [f"forecast.report_years={report}"])
    forecast = ba.Forecast(parameters, forecasts["latest"].sums, forecasts["latest"].origin)
    assert headline_years(forecast) == told


@pytest.mark.parametrize("kind", KINDS_OF_SEVERAL)
def test_several_forecasts_in_one_figure(cli, forecasts, kind):
    made = [forecasts["cotra2020"], forecasts["latest"]]
    axes = plots.OF_SEVERAL[kind](made, Figure().subplots())
    labels = [each.get_label() for each in axes.get_lines()]
    for name in ("cotra2020", "latest"):
        assert any(name in label for label in labels)
    assert len({str(each._unscaled_dash_pattern) for each in axes.get_lines()}) == 2
    cli("plot", "cotra2020", "shah2020", "--kind", kind, "--out", "x.png", "--precision", "1pp")
    assert Path("x.png").read_bytes().startswith(b"\x89PNG")


def test_the_requirement_densities_add_up(forecasts):
    axes = ba.plots.requirements(forecasts["cotra2020"], Figure().subplots())
    for name in ("lifetime", "evolution"):
        x, y = line(axes, name)
        assert y @ np.gradient(x) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("preset", ["data-wall", "freeze-2027"])
def test_what_is_lost_ends_where_all_parts_add_up(preset):
    """Losses were once drawn over the gains before them, and looked like gains."""
    found = ledger(preset, [2027, 2036, 2050])
    axes = plots.ledger(found, Figure().subplots())
    bars = [patch for patch in axes.patches if patch.get_width() != 0]
    lost = [patch for patch in bars if patch.get_hatch()]
    assert lost
    assert all(patch.get_width() < 0 for patch in lost)
    sums = [
        sum(getattr(found, part)[i].value for part in found.shared)
        + sum(getattr(entry, part)[i].value for part in found.own)
        for entry in found.entries
        for i in range(len(found.years))
    ]
    rows = sorted({patch.get_y() for patch in bars})
    for y, whole in zip(rows, sums, strict=True):
        own = [patch for patch in bars if patch.get_y() == y]
        gains = max(patch.get_x() + patch.get_width() for patch in own if patch not in lost)
        ends = [patch.get_x() + patch.get_width() for patch in own if patch in lost]
        assert min([gains, *ends]) == pytest.approx(whole, abs=1e-9)
        # One after the other, from the end of what is gained.
        starts = sorted(patch.get_x() for patch in own if patch in lost)
        assert starts == pytest.approx(sorted([gains, *sorted(ends)[1:]][: len(ends)]))


def test_trajectories_are_those_of_the_ledger(forecasts):
    found = trajectories(forecasts["cotra2020"], draws=2**15)
    exact = ledger("cotra2020", [2036])
    place = list(found.years).index(2036)
    middle = PERCENTILES.index(0.5)
    # Known trends: every percentile is the mean.
    assert found.hardware[:, place] == pytest.approx(exact.hardware[0].value)
    assert found.affordable[middle, place] == pytest.approx(
        exact.hardware[0].value + exact.spending[0].value
    )
    for entry in exact.entries:
        needed = found.needed[entry.hypothesis][middle, place]
        wanted = entry.requirement.value - entry.algorithms[0].value
        assert needed == pytest.approx(wanted, abs=0.06)
    assert np.all(np.diff(found.needed[""], axis=0) >= 0)


def test_what_limits_runs_limits_trajectories():
    """Power, interventions, unhobbling and data count in them as they do in the ledger."""
    settings = [
        "interventions.pause={of='largest_run_flop', year=2030, freeze=true}",
        "unhobbling={max_oom=1, start_year=2023, years=3}",
        "power={flop=1e27, year=2030, times_per_year=1.2}",
        "data={stock_tokens=1e12, stock_year=2024, times_per_year=1.05, algorithms_save=0}",
        "scaling_law={form='chinchilla', irreducible_loss=1.8, parameters_coefficient=482.01, "
        "parameters_exponent=0.3478, data_coefficient=2085.43, data_exponent=0.3658}",
    ]
    file = ba.read_parameters("cotra2020", settings)
    found, exact = trajectories(ba.run(file), draws=2**14), ba.ledger(file, [2040])
    place, middle = list(found.years).index(2040), PERCENTILES.index(0.5)
    bought = sum(getattr(exact, item)[0].value for item in exact.shared)
    assert exact.limits[0].value < -0.5
    assert found.affordable[:, place] == pytest.approx(bought)
    for entry in exact.entries:
        assert entry.data[0].value < -0.5
        gain = sum(getattr(entry, item)[0].value for item in exact.own)
        needed = found.needed[entry.hypothesis][middle, place]
        assert needed == pytest.approx(entry.requirement.value - gain, abs=0.06)
    gains = [entry.sum[0].value for entry in exact.entries]
    effective = found.effective[:, place]
    assert effective[0] == pytest.approx(min(gains), abs=1e-6)
    assert effective[-1] == pytest.approx(max(gains), abs=1e-6)


@pytest.mark.parametrize(
    ("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_vector_and_raster(cli, suffix, start):
    cli("plot", "cotra2020", "shah2020", "--out", f"x.{suffix}")
    assert Path(f"x.{suffix}").read_bytes().startswith(start)


def test_what_is_there_is_kept(cli):
    Path("x.png").write_text("mine")
    cli("plot", "cotra2020", "--out", "x.png", code=BAD_INPUT)
    assert Path("x.png").read_text() == "mine"
    cli("plot", "cotra2020", "--out", "x.png", "--force")
    assert Path("x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cotra2020", "--out", "x.gif"), ".png, .svg, .pdf"),
        (
            ("cotra2020", "shah2020", "--kind", "requirements", "--out", "x.png"),
            "requirements is of one file; allowed for several: cdf, density, needed",
        ),
        (("cotra2020", "--kind", "prior", "--out", "x.png"), "has no evidence"),
        (("cotra2020", "--kind", "loss", "--out", "x.png"), "allowed: a file with [scaling_law]"),
        (("cotra2020", "--kind", "interventions", "--out", "x.png"), "has no interventions"),
        (("cotra2020", "--kind", "pie", "--out", "x.png"), "pie"),
        (("nobody", "--out", "x.png"), "nobody"),
    ],
)
def test_bad_input(cli, arguments, words, tmp_path):
    cli("plot", *arguments, code=BAD_INPUT)
    assert words in " ".join(cli.errors.split())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_trend_is_named(forecasts):
    with pytest.raises(ValueError, match="hardware, spending, algorithms"):
        ba.plots.trend(forecasts["cotra2020"], Figure().subplots(), "luck")


def test_of_several_forecasts_the_largest_error_is_told() -> None:
    from bioanchors.results.words import all_made_words, made_words

    sure, unsure = ba.run("cotra2020"), ba.run("cotra2020-uncertain")
    assert sure.origin.error < unsure.origin.error
    for order in ([sure, unsure], [unsure, sure]):
        words = all_made_words(order)
        assert f"not doubt about the future: at most {100 * unsure.origin.error:.2g} pp" in words
    assert all_made_words([sure]) == made_words(sure)


@pytest.mark.parametrize("preset", ["cotra2020", "latest"])
def test_the_picture_of_run_is_that_of_plot(cli, desk, preset):
    cli("run", preset, "--out", "folder")
    cli("plot", preset, "--out", "plotted.png")
    # Its bytes hold the run's id besides.
    one, other = (imread(path) for path in ("folder/cdf.png", "plotted.png"))
    assert one.shape == other.shape
    assert (one == other).all()


@pytest.mark.parametrize("kind", ["needed", "requirements", "hardware", "spending", "algorithms"])
def test_inputs_that_evidence_moves_are_told_as_after_it(kind):
    assert drawn_words(kind, True).endswith(", after the evidence")
    assert drawn_words(kind, False) == drawn_words(kind, True).removesuffix(", after the evidence")


def test_labels_of_lines_that_end_at_the_top_stay_within_the_axes():
    figure = Figure()
    axes = figure.subplots()
    for i in range(3):
        axes.plot([0, 1], [0, 10 - 0.01 * i], label=f"line {i}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 10)
    label_lines(figure, axes)
    places = sorted(text.xy[1] for text in axes.texts)
    assert len(places) == 3
    assert places[-1] <= 1
    assert min(b - a for a, b in itertools.pairwise(places)) > 0.02


def drawn_figure(monkeypatch, *arguments):
    """Return the figure that ``write_plot`` saves, laid out."""
    kept = []
    save = Figure.savefig

    def keep(figure, *args, **options):
        save(figure, *args, **options)
        kept.append(figure)

    monkeypatch.setattr(Figure, "savefig", keep)
    plots.write_plot(*arguments)
    (figure,) = kept
    return figure


def words_on(figure):
    """Return the boxes of titles, axis labels and notes of a figure, by their texts."""
    texts = [figure._suptitle, figure._supxlabel]
    for axes in figure.axes:
        texts += [axes.xaxis.label, axes.yaxis.label, axes.title, axes._left_title]
    return {
        text.get_text(): text.get_window_extent()
        for text in texts
        if text is not None and text.get_text().strip()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_titles_and_labels_stay_within_a_figure_and_apart(monkeypatch, kind):
    source = {"loss": "kaplan-joint", "interventions": "freeze-2027"}.get(kind, "latest")
    made = ba.run(source, precision=0.01)
    figure = drawn_figure(monkeypatch, [made], kind, io.BytesIO())
    boxes = words_on(figure)
    assert len(boxes) >= 2
    for text, box in boxes.items():
        assert -0.5 <= box.y0 < box.y1 <= figure.bbox.height + 0.5, text
        assert -0.5 <= box.x0 < box.x1 <= figure.bbox.width + 0.5, text
    for (one, first), (other, second) in itertools.combinations(boxes.items(), 2):
        assert not first.overlaps(second), f"{one} and {other}"


def test_interventions_are_drawn_for_the_files_own_share(paused):
    found = ba.with_and_without(paused, [0, 0.3], precision=0.01)
    assert found.own_shares == (0.3, 0.3)
    left, right = Figure().subplots(1, 2)
    ba.plots.effective(found, left)
    ba.plots.interventions(found, right)
    for axes in (left, right):
        named = [each.get_label() for each in axes.get_lines()]
        # One line where the share asked for is the file's.
        assert named == ["without", "with, the file's share, 0.3", "with, share 0"]
    np.testing.assert_allclose(found.own.cdf, found.forecasts[1].cdf, atol=1e-12)
    data = found.dataset
    np.testing.assert_allclose(data["probability_own"], data["probability"].sel(share=0.3))
    np.testing.assert_allclose(data["effective_own"], data["effective"].sel(share=0.3))


@pytest.mark.parametrize("length", [1, 20])
def test_lines_that_lie_on_each_other_are_told(paused, length):
    edit = f"interventions.pause.until_year={2030 + length}"
    found = ba.with_and_without(paused.edited(edit), [0, 0.9], precision=0.01)
    years = found.own.years
    curves = [np.interp(years, each.years, each.cdf) for each in (found.own, *found.forecasts)]
    apart = 100 * np.ptp(curves, axis=0).max()
    told = near_words(found)
    assert bool(told) == (apart < 3) == (length == 1)
    assert told == "" or f"at most {apart:.1f} pp apart" in told
    assert own_words(found) == "the file's share, 0.3"


def test_a_tornado_has_no_probabilities_below_0():
    inputs = ["brain.flop_per_s", "network.oom_vs_brain"]
    axes = Figure().subplots()
    ba.plots.tornado(ba.tornado("cotra2020", 2040, inputs=inputs, precision=0.01), axes)
    label = axes.xaxis.get_major_formatter()
    assert axes.get_xlim()[0] < 0, "a swap range reaches beyond"
    assert [label(value, 0) for value in (-0.1, 0.0, 0.25, 1.0, 1.1)] == [
        "",
        "0 %",
        "25 %",
        "100 %",
        "",
    ]
