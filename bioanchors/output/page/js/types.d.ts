// What the page embeds (made by data.py), and what a view of it is.

interface Grid { x0: number; dx: number; n: number; data: string }
interface Packed { low: number; high: number; n: number; data: string }
type LineName = "linear" | "log10" | "log_above" | "log_below" | "logit";
type LineKind = [LineName, number, number];

interface Input {
  path: string; help: string; unit: string; low: number; high: number;
  /** What the model computes with: log10, the unit itself, or OOM a year from a time to double. */
  model: "log10" | "natural" | "doubling_years" | "doubling_months";
  /** As the file writes it: a number, or a distribution's arguments. */
  given: any;
  /** How its distribution is moved and widened, or null where it is left as in the file. */
  moves: "known" | "interval" | "place" | "values" | "truncated" | "ends" | null;
  family: string;
  line: LineKind; middle: number; table: Packed | null;
  /** From which points it is drawn; of requirements' terms, which only move, left out. */
  directions: number[]; words: [number, number][];
}

interface Hypothesis {
  name: string; kind: string; weight: number; cdf: Grid;
  speed: string; max_oom: string; transfer: string | null; shift: string | null;
  compute_share: string | null;
  /** OOM by which the requirement moves with each OOM of a term. */
  shifts: Record<string, number>;
  gain_start: number; requirement_year: number; own_start: boolean;
}

interface Observation {
  quantity: string; year: number; from_year?: number; value: number;
  standard_error_oom: number; hypothesis?: string; source?: string;
}
interface Run { flop: number; year: number; source?: string }
interface Overlay {
  name: string; title: string; published: string; milestone: string; points: [number, number][];
}
interface Change {
  name: string; of: string; mechanism: string; year: string; values: string[];
  happens: string | null; sets_speed: boolean;
}
interface Intervention {
  name: string; of: string; action: string; year: string; until: string | null;
  lasts: string | null; value: string | null; happens: string | null;
}

interface Data {
  format: number; version: string; name: string; title: string; hash: string; extends: string;
  event: string; meaning: string; first: number; last: number; report: number[];
  none: { probability: number; end: number; from: number; to: number } | null;
  ramp: [number, number] | null;
  hypotheses: Hypothesis[]; inputs: Record<string, Input>;
  /** What requirements merely add up. */
  terms: Record<string, Input>;
  groups: { names: string[]; lower: number[][] }[];
  hardware_start: number; spending_start: number; gdp_year: number;
  unhobbling_start: number | null; power_year: number | null;
  lags: string[]; evidence_lags: string[]; offset: string[];
  changes: Change[]; interventions: Intervention[]; answers_to_interventions: boolean;
  /** Whether spending's speed is the largest run's, of which hardware has its part. */
  speed_is_of_run: boolean;
  evidence: {
    not_arrived_by: number | null; event: string; softness: number;
    observations: Observation[]; runs: Run[];
  };
  scores: [number, number, number];
  overlays: Overlay[];
  check: { years: [number, number]; cdf: number[]; median: number | null; error: number };
  other: { title: string; cdf: number[] } | null;
}

/** An input's median in the file's unit, how many times as wide it is, and of a number its OOM. */
interface Knob { median: number; spread: number; oom: number }

interface View {
  weights: number[]; none: [number, number]; ramp: boolean;
  knobs: Record<string, Knob>;
  halving_shift: number; cap_shift: number; gain_start: number | null;
  /** Of files that have none: FLOP that can be powered in the first year, and its growth a year. */
  power: [number, number] | null;
  /** Of files that have none: OOM that better use brings from the first year on, and in how many years. */
  unhobbling: [number, number] | null;
  pause: [number, number] | null; off: string[];
  not_arrived_by: number | null; observations: boolean[]; runs: boolean[];
}

type Curve = import("./curves.js").Curve;
/** Of each draw; lags and offset as sums of their inputs. */
interface Trends {
  price: Curve; spend: Curve; bought: Curve; unhobbled: Curve | null; gains: Curve[]; measured: Curve[];
  lag: Float64Array; evidenceLag: Float64Array; offset: Float64Array;
}
interface Case { until: number; runs: boolean; arrival: boolean }
interface Means {
  cases: Case[]; arrived: Float64Array[][]; total: Float64Array[]; points: number;
  effective: number;
}
interface Result {
  years: Float64Array; cdf: Float64Array; parts: Float64Array[]; share: number[];
  evidence: number[]; refuted: number; effective: number; points: number;
}
type Scores = Map<string, Float64Array>;
