"""Faults that were found in use, by letter and number: each has tests, which are found here."""

import gc
import re
import sys
import tomllib
from pathlib import Path

import pytest

import bioanchors as ba
from bioanchors.parameters import parse_parameters
from bioanchors.parameters.reading.toml_text import toml_document

TESTS = Path(__file__).parents[1]

FAULTS = {
    "A1 a correlation's sign": (
        "test_correlations.py::test_a_correlation_is_of_values_as_written",
        "test_correlations.py::test_a_shift_of_halving_times_is_no_speed",
    ),
    "A2 a trend read before its start": (
        "test_evidence.py::test_a_gain_since_before_it_starts_is_refused",
        "test_evidence.py::test_more_progress_means_earlier_arrival",
        "test_evidence.py::test_reading_a_trend_before_its_start_is_said",
    ),
    "A3 SciPy's distribution with a known year": (
        "test_exports.py::test_scipys_moments_are_those_by_hand",
        "test_exports.py::test_scipys_quantiles_and_draws_keep_a_known_year",
    ),
    "A4 a closed start of a question": (
        "test_exports.py::test_a_closed_start_does_not_take_in_what_comes_before",
    ),
    "A5 at or before the first year": (
        "test_exports.py::test_quantiles_are_the_forecasts",
        "test_exports.py::test_draws_are_tidy",
        "test_results.py::test_a_summary_is_plain_json",
        "test_sweep.py::test_csv_and_netcdf_hold_the_same_numbers",
    ),
    "A6 units of draws": (
        "test_what_people_write.py::test_draws_lie_where_the_files_own_distributions_do",
        "test_what_people_write.py::test_a_known_number_is_drawn_as_it_was_written",
    ),
    "A7 published forecasts": (
        "test_overlays.py::test_his_own_estimate_is_not_his_summary_of_this_model",
        "test_overlays.py::test_every_figure_is_one_of_the_table_of_readings",
    ),
    "A8 sources": (
        "test_what_people_write.py::test_no_page_stands_beside_a_users_number",
        "test_what_people_write.py::test_what_is_set_loses_its_source_and_nothing_else_does",
    ),
    "A9 names of presets, options that cannot act": (
        "test_options.py::test_a_presets_name_is_the_preset_and_the_folder_is_named_by_its_path",
        "test_options.py::test_a_result_is_as_it_is",
        "test_options.py::test_what_cannot_be_meant_is_refused",
    ),
    "A10 the largest error of several": (
        "test_plots.py::test_of_several_forecasts_the_largest_error_is_told",
    ),
    "A11 the headline of a sensitivity": (
        "test_sensitivity.py::test_a11_the_headline_is_the_forecasts_own_number",
    ),
    "A12 tables that are not as they were written": (
        "test_loading.py::test_a12_the_cdf_of_one_file_beside_the_provenance_of_another",
        "test_loading.py::test_a12_tables_that_were_edited",
        "test_loading.py::test_a12_datasets_that_were_changed",
    ),
    "A13 the order of hypotheses": (
        "test_results.py::test_a13_the_order_of_hypotheses_does_not_matter",
        "test_results.py::test_a13_the_order_of_hypotheses_does_not_matter_in_any_file",
    ),
    "A14 one number for one thing": (
        "test_readme.py::test_every_command_works_in_order_and_prints_what_is_shown",
        "test_faults.py::test_a14_the_pages_have_one_number_for_no_evidence",
    ),
    "B odd files": ("test_odd_files.py::test_every_command_takes_every_odd_file",),
    "B options": ("test_options.py::test_what_cannot_be_meant_is_refused",),
    "B damaged files": (
        "test_loading.py::test_damaged_files",
        "test_loading.py::test_cut_or_with_a_byte_flipped_a_file_is_refused_or_the_same",
        "test_loading.py::test_the_limits_of_run_hold_before_anything_is_drawn",
        "test_loading.py::test_questions_that_ask_for_what_there_is_not",
    ),
    "B names, pipes and terminals": (
        "test_files.py::test_names_of_files_are_any_bytes",
        "test_files.py::test_only_regular_files_are_read",
        "test_files.py::test_any_width_of_a_terminal_shows_the_words",
        "test_files.py::test_any_environment_draws",
    ),
    "B full disks, --out, interruptions": (
        "test_files.py::test_a_full_disk_is_told_with_the_file",
        "test_files.py::test_out_is_looked_at_before_the_run",
        "test_files.py::test_an_interruption_while_something_is_imported",
    ),
    "B the smallest spread": (
        "test_distributions.py::"
        "test_a_spread_of_the_smallest_number_gives_a_step_without_a_warning",
    ),
    "B thousands of hypotheses, sweeps in memory": (
        "test_faults.py::test_b_hypotheses_are_read_in_proportion",
        "test_faults.py::test_b_a_sweep_keeps_one_run",
    ),
    "C sets": (
        "test_files.py::test_an_older_set_goes_whole_and_all_else_stays",
        "test_files.py::test_every_file_of_a_set_carries_the_id_of_its_run",
        "test_files.py::test_who_looks_never_sees_a_set_in_part",
        "test_files.py::test_kills_leave_the_old_set_or_the_new",
    ),
    "C signals, links, modes, new files": (
        "test_files.py::test_a_request_to_end_ends_as_ctrl_c_does",
        "test_files.py::test_a_link_is_followed",
        "test_files.py::test_a_mode_stays_and_a_new_one_is_the_user_s",
        "test_files.py::test_a_new_file_is_right_on_another_machine",
    ),
    "D hostile texts": (
        "test_hostile.py::test_no_command_lets_a_text_steer_the_terminal",
        "test_hostile.py::test_a_loaded_result_steers_nothing",
    ),
    "E quantities": (
        "test_quantities_as_written.py::test_e_atoms_delay_or_none",
        "test_quantities_as_written.py::test_percentiles_are_kept",
        "test_quantities_as_written.py::test_e_table_is_read_beside_its_file",
        "test_quantities_as_written.py::test_families_are_those_of_scipy",
        "test_quantities_as_written.py::test_e_cut_is_a_truncated_requirement",
    ),
    "E keys, dates, mistakes and notes": (
        "test_what_people_write.py::test_dotted_keys_in_files_do_what_settings_do",
        "test_what_people_write.py::test_a_star_is_every_hypothesis_and_a_name_goes_before_it",
        "test_what_people_write.py::test_drop_takes_what_a_file_takes",
        "test_what_people_write.py::test_a_decimal_year_may_be_a_date",
        "test_what_people_write.py::test_what_is_not_toml_is_shown_with_what_to_write",
        "test_what_people_write.py::test_what_is_hardly_meant_is_noted",
    ),
    "fuzz": (
        "test_fuzz.py::test_what_people_write_ends_well_or_in_one_clear_message",
        "test_loading.py::test_a_few_mutations_find_nothing",
        "test_loading.py::test_a_whole_forecast_without_a_part_is_not_read_as_a_table",
    ),
    "F1 a gain that fell between breaks": ("test_mixed.py::test_what_is_known_is_not_forgotten",),
    "F2 a second explanation left to rare draws": (
        "test_modes.py::test_a_run_far_below_the_prediction_has_two_explanations",
        "test_modes.py::test_they_weigh_what_counting_says",
    ),
    "F3 solutions denied": (
        "test_sweep.py::test_a_pause_that_has_to_begin_before_it_ends_is_solved_for",
        "test_sweep.py::test_what_is_searched_by_default_is_what_the_file_allows",
    ),
    "F4 an author's title over other people's figures": (
        "test_edits.py::test_a_title_tells_of_edits_once_and_an_edit_may_give_another",
        "test_page.py::test_what_was_moved_is_neither_titled_nor_scored_as_its_author_s",
    ),
    "F5 methods that named no mechanism": (
        "test_report.py::test_a_mechanism_of_the_file_format_is_a_row",
        "test_report.py::test_methods_and_opening_say_what_a_file_does",
    ),
    "F6 an error that its interval contradicts": (
        "test_observe.py::test_the_error_that_is_written_has_the_interval_that_is_printed",
    ),
    "F7 what is asked for hung on none": (
        "test_evidence.py::test_given_a_hypothesis_none_does_not_show",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_tests(fault):
    for test in FAULTS[fault]:
        file, _, name = test.partition("::")
        assert re.search(rf"^def {name}\(", next(TESTS.rglob(file)).read_text(), re.MULTILINE), test


def test_a14_the_pages_have_one_number_for_no_evidence():
    page = (TESTS.parent / "docs/latest.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("no evidence "))
    told = re.findall(r"[0-9.]+", row)
    heads = re.search(r"\nfile +median +([0-9 ]+)\n", page)
    assert heads is not None
    forecast = ba.run("latest").prior
    assert told[0] == f"{forecast.quantile(0.5):.1f}"
    by_2030 = float(told[1 + heads[1].split().index("2030")])
    assert by_2030 == pytest.approx(100 * forecast.probability_by(2030), abs=0.25)
    screen = re.search(r"evidence moves the median from ([0-9.]+)", page)
    assert screen is not None
    assert screen[1] == told[0]


def _file_of(count):
    tree = tomllib.loads(ba.read_parameters("cotra2020").text)
    one = {
        "kind": "direct",
        "weight": 1,
        "training_flop": {"dist": "lognormal", "median": 1e32, "sd_oom": 1},
        "algorithms": {"halving_years": 3, "max_oom": 3},
    }
    tree["hypotheses"] = {f"h{i}": one for i in range(count)}
    tree.pop("published", None)
    return toml_document(tree)


def test_b_hypotheses_are_read_in_proportion():
    def calls(count):
        """Count calls of functions: the machine's mood is not in them."""
        total = 0

        def counting(frame, event, argument):
            nonlocal total
            total += event == "call"

        text = _file_of(count)
        sys.setprofile(counting)
        try:
            parse_parameters(text)
        finally:
            sys.setprofile(None)
        return total

    assert calls(400) < 5 * calls(100)


def test_b_a_sweep_keeps_one_run():
    swept = ba.sweep("cotra2020", vary={"hardware.doubling_years": [2, 2.5, 3, 3.5]})
    gc.collect()
    alive = [each for each in gc.get_objects() if type(each) is ba.Forecast]
    mine = [each for each in alive if each.parameters.name == "cotra2020" and each.origin.seed == 1]
    assert swept.forecast in alive
    assert len(swept.runs) == 4
    assert sum(each.parameters.is_edited for each in mine) == 1
