"""Terms of the model and of its outputs, each said once for people who meet it first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bioanchors.parameters.problems import nearest


@dataclass(frozen=True, slots=True)
class Term:
    """A term and what it means.

    Attributes
    ----------
    name
        As outputs write it.
    text
        What it means, in a few sentences.
    also
        Other words for it, or parts of it.
    see
        Names of other terms.
    """

    name: str
    text: str
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


TERMS = (
    Term(
        "transformative AI",
        "Software whose effect on the world is as large as that of the Industrial Revolution: "
        "the 2020 report's own event. The model takes it to be there when a training run that "
        "is large enough has been made, and does not ask what happens afterwards.",
        ("TAI", "transformative"),
        ("event", "training FLOP"),
    ),
    Term(
        "training FLOP",
        "Floating-point operations of one training run, from its start to its end. Not a speed:"
        " that would be FLOP per second. Amounts are in powers of ten, 1e34 FLOP.",
        ("FLOP", "compute"),
        ("requirement", "OOM"),
    ),
    Term(
        "OOM",
        "Order of magnitude: a factor of ten. Three OOM are a factor of 1,000, half an OOM one "
        "of about 3.2.",
        ("order of magnitude",),
    ),
    Term(
        "anchor",
        "A quantity of biology by which it is judged how much training takes: how much a brain "
        "computes, how many bytes a genome has, what a lifetime of experience or all of "
        "evolution has computed.",
        ("biological anchor",),
        ("hypothesis",),
    ),
    Term(
        "hypothesis",
        "One answer to how much training takes, built on an anchor. Each has a weight, the "
        "forecaster's probability that it is the right one, and a whole distribution of "
        "training FLOP. The 2020 report has six.",
        ("hypotheses",),
        ("anchor", "weight", "none"),
    ),
    Term(
        "the six hypotheses",
        "Those of the 2020 report. Lifetime: training takes about what a brain computes until it "
        "is grown up. Evolution: what the brains of all ancestors have computed. Genome: a network "
        "with as many parameters as a genome has bytes, which learns over horizons of months to "
        "decades. Short, medium and long horizon: a network about as large as the brain, with an "
        "effective horizon length of seconds to minutes, to days, or of weeks to decades.",
        (
            *("lifetime", "genome", "evolution", "short horizon", "medium horizon"),
            *("long horizon", "six hypotheses"),
        ),
        ("hypothesis", "anchor", "effective horizon length"),
    ),
    Term(
        "requirement",
        "The training FLOP that a hypothesis says are enough, with the algorithms of a year "
        "that the file names (2020 unless it says otherwise).",
        ("required FLOP",),
        ("training FLOP", "algorithmic progress"),
    ),
    Term(
        "effective horizon length",
        "How long it takes until one learns whether what one did was any good, in seconds of "
        "the learner's own experience. A word at a time: about a second. A scientific project: "
        "years. A task with a horizon a thousand times longer needs data that take a thousand "
        "times more FLOP. Short, medium and long are 1 to 1,000 seconds, 1,000 to 1e6, and 1e6 "
        "to 1e9 (32 years).",
        ("horizon", "effective horizon", "horizon length"),
        ("hypothesis",),
    ),
    Term(
        "algorithmic progress",
        "Better methods make the same result possible with fewer FLOP. Its speed is a halving "
        "time: in so many years the FLOP needed fall by half. A file says by how many OOM they "
        "can fall at the most.",
        ("halving time", "algorithmic gain"),
        ("requirement", "OOM"),
    ),
    Term(
        "price-performance",
        "Training FLOP that one dollar buys. Its speed is a doubling time.",
        ("FLOP per dollar", "hardware"),
    ),
    Term(
        "largest run",
        "The most that anybody pays for the computing of one training run. It grows until it "
        "meets a share of the GDP of the largest economy.",
        ("spending",),
    ),
    Term(
        "intervention",
        "What somebody does, from a year on, to what can be bought: a freeze (a pause), a limit, "
        "or a price. A file names each in [interventions].",
        ("interventions", "freeze", "pause"),
        ("largest run",),
    ),
    Term(
        "data wall",
        "Where data to train on run out: a run that lacks them counts as the smaller run that "
        "reaches as much with all the data it wants. A file says so in [data].",
        ("data", "tokens", "data stock"),
        ("largest run",),
    ),
    Term(
        "event",
        'What the year of arrival is the year of. "Affordable": somebody could buy a run that '
        'is large enough, the 2020 report\'s event. "Trained": that run is over. "Deployed": '
        "what it made is in use. The last two come later by the delays of [lag].",
        ("affordable", "trained", "deployed", "arrival", "arrival year"),
        ("milestone",),
    ),
    Term(
        "window",
        "The years that a file covers, from forecast.first_year to forecast.last_year. Of what "
        "comes before or after them only the probability is known.",
        ("first year", "last year", "not in the window"),
        ("event", "percentile"),
    ),
    Term(
        "milestone",
        "Another event on the same draws, so many OOM easier or harder than what the hypotheses"
        " speak of.",
        (),
        ("event", "OOM"),
    ),
    Term(
        "none",
        "The probability that no hypothesis of the file is right, so that arrival is not within"
        " the years that it covers. It may fall from year to year. Medians of the whole "
        'forecast count it; medians "given" a hypothesis do not.',
        ("none of these",),
        ("hypothesis", "weight"),
    ),
    Term(
        "weight",
        "What a file gives a hypothesis, relative to the others: 2 and 1 are the same as 0.4 "
        'and 0.2. Its share is the probability that follows, of what "none" leaves; evidence '
        "moves shares, not weights.",
        ("share", "share used", "share before", "after evidence", "weight and share"),
        ("hypothesis", "none", "evidence"),
    ),
    Term(
        "low-end update",
        "Requirements below some FLOP would have been met by now, and are ruled out; those a "
        "little above count for less. What is left of each hypothesis is spread over the rest "
        "of it: the hypothesis itself does not lose weight. It is how the 2020 report took "
        "account of what had not happened.",
        (),
        ("evidence", "refuted"),
    ),
    Term(
        "evidence",
        "What has been seen, by which a forecast is updated: that the event has not happened by"
        " a year, runs that were made and were not enough, and measurements of trends. Every "
        "draw counts by how likely it makes all of it.",
        ("observation", "update"),
        ("prior", "refuted", "effective draws"),
    ),
    Term(
        "prior",
        "The forecast before the file's evidence; the forecast itself is the posterior. That "
        "the event has not happened yet always makes it later; faster trends than expected make"
        " it sooner; the move of the median is the sum of both.",
        ("posterior", "prior and posterior"),
        ("evidence",),
    ),
    Term(
        "refuted",
        "The share of the prior that the evidence rules out: draws in which the event would "
        "have happened by now, or in which a run that failed would have been enough.",
        ("refutes",),
        ("evidence", "prior"),
    ),
    Term(
        "effective draws",
        "How many draws of equal weight would say as much as those that evidence has left, "
        "which have unequal ones. Below 1,000 a forecast is refused.",
        (),
        ("Pareto k", "evidence"),
    ),
    Term(
        "Pareto k",
        "Whether a few draws carry most of the weight (Vehtari et al., 2024). Below 0.5 all is "
        "well, negative values included; above 0.7 the forecast hangs on a few draws, and its "
        "error cannot be trusted.",
        (),
        ("effective draws",),
    ),
    Term(
        "standard error",
        "By how much a number would differ had other random draws been made: the error of the "
        "simulation, which more points make as small as one likes. It says nothing about the "
        "world. How unsure the forecast is, its own percentiles say.",
        ("simulation error", "error", "uncertainty", "accuracy", "how sure"),
    ),
    Term(
        "points",
        "Places in the ranges of all inputs at which the model is computed: Sobol' points, which "
        "lie more evenly than random ones, shuffled by the seed. The same file with the same seed "
        "gives the same numbers; more points make the standard error smaller.",
        ("point", "Sobol", "Sobol' points", "seed", "draw", "draws"),
        ("standard error",),
    ),
    Term(
        "run id",
        "What all files that one command wrote together carry (ba- and 16 digits): files with "
        "different ones do not belong together. The same command with the same parameters, seed "
        "and version gives it again; a folder and a report of one forecast have different ones. "
        "Whether these are of the same forecast, the SHA-256 of the parameters and the seed tell, "
        "which both have.",
        ("run_id",),
        ("points",),
    ),
    Term(
        "percentage points",
        "The unit of a difference of two percentages, pp: from 40 % to 45 % is 5 pp.",
        ("pp", "percentage point"),
    ),
    Term(
        "percentile",
        "The year by which the forecast has so much probability: by the year under 10 % there is "
        "one chance in ten. Half of the probability lies between those under 25 % and 75 %.",
        ("percentiles", "quantile", "quantiles", "quantile year", "spread"),
        ("median", "CDF"),
    ),
    Term(
        "CDF",
        "Cumulative distribution function: the probability of arrival by each year.",
        ("cumulative probability", "probability by"),
        ("percentile",),
    ),
    Term(
        "median",
        'The year by which arrival is as likely as not. "After 2100": less than half of the '
        "probability falls into the file's years, so that the median is beyond them. \"Before "
        '2024": more than half has arrived by the first of them.',
        ("median year", "before 2024", "after 2100", "by 2024", "median if it holds"),
        ("none",),
    ),
    Term(
        "within 12 months",
        "The probability that the file's event happens within a year of the date up to which it"
        " has not happened, given that it has not and all other evidence.",
        ("next 12 months",),
        ("event", "evidence"),
    ),
    Term(
        "variance",
        "How unsure an outcome is. That something happens by a year, with probability p, has the "
        "variance p (1 - p): most at 50 %, none where it is certain. What hangs on an input is "
        "what it does alone, and an equal part of what it does together with others.",
        ("share of variance", "% of its variance", "hangs on"),
        ("Shapley effect", "first-order effect"),
    ),
    Term(
        "total effect",
        "Of the variance of an outcome, the share that would be left on average if all other "
        "inputs became known: what an input does alone and together with others (Sobol').",
        ("total", "total effects", "sensitivity"),
        ("first-order effect", "Shapley effect"),
    ),
    Term(
        "first-order effect",
        "Of the variance of an outcome, the share that would be gone on average if this input "
        "alone became known.",
        ("first", "first-order"),
        ("total effect", "Brier gain"),
    ),
    Term(
        "Shapley effect",
        "A share of an outcome's variance between first-order and total effect: what an input "
        "adds when inputs become known one after the other, averaged over all orders. Shares "
        "add up to 100 % also where inputs depend on each other.",
        ("Shapley",),
        ("total effect", "first-order effect"),
    ),
    Term(
        "Brier gain",
        "By how much the expected Brier score of a yes-or-no question would fall if an input "
        "became known. A coin toss has 0.25, certainty 0.",
        ("Brier score", "expected Brier score"),
        ("first-order effect",),
    ),
    Term(
        "swing",
        "In a tornado: by how much the outcome moves while one input goes from its 5th to its 95th "
        "percentile, or of something that may happen from no to yes, all else as it is.",
        ("tornado",),
        ("swap range",),
    ),
    Term(
        "swap range",
        "In a tornado: the smallest and the largest swing of an input while another input stays "
        "at its 5th or its 95th percentile. Where it is wide, inputs interact, and one swing alone "
        "misleads.",
        (),
        ("swing",),
    ),
    Term(
        "attribution",
        "What carries the difference of two files: each group of parameters is swapped from the"
        " one to the other, in every order, and gets the average of what its swap changes. The "
        "parts add up to the difference.",
        ("waterfall", "attribute"),
        ("Shapley effect",),
    ),
    Term(
        "ledger",
        "Growth of effective compute, added up in OOM: hardware, spending, algorithms, and what"
        " else a file has, by year.",
        ("OOM ledger", "effective compute"),
        ("OOM",),
    ),
    Term(
        "restricted mean",
        "The mean arrival year in which whatever comes after the last year counts as that year:"
        " it is always finite, as the median is not.",
        ("mean up to",),
        ("median",),
    ),
    Term(
        "log score",
        "Of a forecast of what was then measured: the logarithm of the probability density, per "
        "OOM, that it gave to the measured value. More is better; one more is a density 2.7 times "
        "as high.",
        ("log",),
        ("CRPS", "PIT"),
    ),
    Term(
        "CRPS",
        "Continuous ranked probability score: how far the whole distribution of a forecast lies "
        "from what was measured, in OOM. Less is better; of a forecast without spread, and a "
        "measurement without error, it is the distance.",
        ("continuous ranked probability score",),
        ("log score", "OOM"),
    ),
    Term(
        "PIT",
        "Probability integral transform: the probability that the forecast, with the error of "
        "measurement, gave to less than was measured. Near 0 or 1 the measured value was a "
        "surprise.",
        ("probability integral transform",),
        ("log score", "z"),
    ),
    Term(
        "z",
        "How far a measured value is from the median forecast, in units of the forecast's spread "
        "and the error of measurement together. Beyond 2 to either side it was a surprise.",
        ("z score",),
        ("PIT",),
    ),
)


def find(name: str) -> Term:
    """Return the term of a name, or of other words for it.

    Raises
    ------
    LookupError
        If there is none; the message names the nearest.
    """
    names = {_plain(each): term for term in reversed(TERMS) for each in (*term.also, term.name)}
    if _plain(name) in names:
        return names[_plain(name)]
    raise LookupError(f"no term {name}{nearest(_plain(name), list(names))}")


def glossary() -> str:
    """Return all terms as Markdown, in the order of the alphabet."""
    lines = ["# Glossary", ""]
    for term in sorted(TERMS, key=lambda each: each.name.lower()):
        lines += [f"## {term.name}", "", term.text, ""]
        if term.see:
            links = ", ".join(f"[{name}](#{name.lower().replace(' ', '-')})" for name in term.see)
            lines += [f"See {links}.", ""]
    return "\n".join(lines)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip().strip("\"'").lower())
