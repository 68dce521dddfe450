// A view: what somebody assumes, of which the file's own is the one that changes nothing.

export const PAUSE = "interventions.pause_of_this_view";

/** @param {Data} data @returns {View} */
export function fileView(data) {
  return {
    weights: data.hypotheses.map((h) => h.weight),
    none: data.none ? [data.none.probability, data.none.end] : [0, 0],
    ramp: data.ramp !== null,
    knobs: {},
    halving_shift: 0,
    cap_shift: 0,
    gain_start: null,
    power: null,
    unhobbling: null,
    pause: null,
    off: [],
    not_arrived_by: data.evidence.not_arrived_by,
    observations: data.evidence.observations.map(() => true),
    runs: data.evidence.runs.map(() => true),
  };
}

/**
 * @typedef {object} Group of assumptions that a waterfall tells apart
 * @property {string} name
 * @property {(keyof View)[]} keys
 * @property {(input: string) => boolean} inputs
 * @property {string} [happening] that may be off
 */

/** What a file may have, and a view adds or leaves out. */
const LIMITS = /** @type {("power" | "unhobbling")[]} */ (["power", "unhobbling"]);

/** @param {string} start @returns {(input: string) => boolean} */
function under(start) {
  return (input) => input.startsWith(`${start}.`);
}

/** Paths of what happens to the trends, and limits them. @param {Data} data */
export function happeningsOf(data) {
  return [...(data.power_year === null ? [] : ["power"]), ...(data.unhobbling_start === null ? [] : ["unhobbling"]),
    ...data.changes.map((each) => `changes.${each.name}`),
    ...data.interventions.map((each) => `interventions.${each.name}`)];
}

/** The group of an input of what is asked for, or null of another. @param {string} name */
function askedGroup(name) {
  const [table] = name.split(".");
  if (table === "network" || table === "brain") return "brain";
  if (table !== "hypotheses" || name.includes("algorithms.")) return table === "scaling" ? table : null;
  return name.endsWith("_horizon_s") ? "horizon" : "anchors";
}

/** The groups of `compare --attribute`. @param {Data} data @returns {Group[]} */
export function groupsOf(data) {
  return [
    { name: "weights", keys: ["weights", "none"], inputs: () => false },
    ...["hardware", "spending", "economy"].map((name) => ({ name, keys: [], inputs: under(name) })),
    { name: "algorithms", keys: ["halving_shift", "cap_shift", "gain_start"],
      inputs: (name) => name.includes("algorithms.") },
    ...LIMITS.map((key) => ({ name: key, keys: [key], inputs: under(key), happening: key })),
    ...happeningsOf(data).filter((path) => path.includes(".")).map((path) => ({ name: path, keys: [], inputs: under(path), happening: path })),
    { name: PAUSE, keys: ["pause"], inputs: () => false },
    ...["lag", "milestones"].map((name) => ({ name, keys: [], inputs: under(name) })),
    { name: "evidence", keys: ["not_arrived_by", "observations", "runs"], inputs: under("evidence") },
    ...["brain", "scaling", "horizon", "anchors"].map((name) => ({ name, keys: [],
      inputs: (/** @type {string} */ input) => askedGroup(input) === name })),
    { name: "low_end_update", keys: ["ramp"], inputs: () => false },
  ];
}

/** @param {Group} group @param {View} view */
function partOf({ keys, inputs, happening }, view) {
  const knobs = Object.entries(view.knobs).filter(([name]) => inputs(name)).sort();
  return JSON.stringify([keys.map((key) => view[key]), knobs, view.off.includes(happening ?? "")]);
}

/** Groups in which two views differ. @param {Data} data @param {View} one @param {View} other */
export function changedGroups(data, one, other) {
  return groupsOf(data).filter((group) => partOf(group, one) !== partOf(group, other));
}

/** A view with some groups of another. @param {View} view @param {View} from
 * @param {Group[]} groups @returns {View} */
export function mixed(view, from, groups) {
  /** @type {View} */ const result = structuredClone(view);
  for (const { keys, inputs, happening } of groups) {
    for (const key of keys) Object.assign(result, { [key]: structuredClone(from[key]) });
    for (const name in result.knobs) if (inputs(name)) delete result.knobs[name];
    for (const name in from.knobs) if (inputs(name)) result.knobs[name] = from.knobs[name];
    if (!happening) continue;
    result.off = result.off.filter((path) => path !== happening);
    if (from.off.includes(happening)) result.off.push(happening);
  }
  return result;
}
