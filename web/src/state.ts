// All that a page shows, as one plain value, and the address that holds it.

export type Schedule = { name: string } & Record<string, number | string>;

export interface Contender {
  readonly rule: string;
  readonly values: Readonly<Record<string, number | boolean>>;
  readonly schedule?: Schedule | undefined;
  readonly look: number; // which colour and dash pattern
}

export interface DescentState {
  readonly problem: string;
  readonly options: Readonly<Record<string, number | string>>;
  readonly start: readonly number[] | null; // null: where the surface itself starts
  readonly steps: number;
  readonly noise: number;
  readonly seed: number;
  readonly target: number | null;
  readonly rules: readonly Contender[];
  readonly at: number | null; // the step that is looked at; null: the last
  readonly preset: string | null;
}

export interface StabilityState {
  readonly rule: string;
  readonly values: Readonly<Record<string, number>>;
  readonly across: string; // the hyperparameter beside the learning rate
  readonly curvature: number;
  readonly probes: readonly (readonly [number, number])[];
}

export interface FunctionsState {
  readonly group: string;
  readonly names: readonly string[] | null; // null: the group's first ones
  readonly values: Readonly<Record<string, number>>;
  readonly at: number | null; // where the cursor reads
}

export type ViewName = "descent" | "stability" | "functions";

export interface State {
  readonly view: ViewName;
  readonly language: string | null; // null: as the browser has it
  readonly theme: "light" | "dark" | null; // null: as the system has it
  readonly hide: readonly string[]; // parts that a teacher has hidden
  readonly descent: DescentState;
  readonly stability: StabilityState;
  readonly functions: FunctionsState;
}

export const START: State = {
  view: "descent",
  language: null,
  theme: null,
  hide: [],
  descent: {
    problem: "bowl",
    options: {},
    start: null,
    steps: 50,
    noise: 0,
    seed: 0,
    target: null,
    rules: [
      { rule: "sgd", values: { learning_rate: 0.42 }, look: 0 },
      { rule: "momentum", values: { learning_rate: 0.02, momentum: 0.91 }, look: 1 },
      { rule: "adam", values: { learning_rate: 0.35, b1: 0.9, b2: 0.99 }, look: 2 },
    ],
    at: null,
    preset: null,
  },
  functions: { group: "activations", names: null, values: {}, at: null },
  stability: {
    rule: "momentum",
    values: {},
    across: "momentum",
    curvature: 4,
    probes: [
      [0.2, 0.3],
      [0.6, 0.8],
    ],
  },
};

/** The part of an address behind its #: what differs from START. */
export function written(state: State): string {
  const differing = difference(state, START);
  if (!Object.keys(differing).length) return "";
  const coded = encodeURIComponent(JSON.stringify(differing)).replaceAll("'", "%27");
  return coded.replaceAll("%22", "'").replaceAll("%2C", ",").replaceAll("%3A", ":"); // easier to read
}

/** The state that an address holds; START where it holds none, or nonsense. */
export function readFrom(hash: string): State {
  try {
    const text = decodeURIComponent(hash.replace(/^#/, "").replaceAll("'", "%22"));
    return text ? drawable(merged(START, JSON.parse(text) as unknown)) : START;
  } catch {
    return START;
  }
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const LOOSE = ["options", "values"]; // whose names are not known beforehand

function difference(state: object, base: object): Plain {
  const found: Plain = {};
  for (const [name, value] of Object.entries(state)) {
    const known = (base as Plain)[name];
    if (JSON.stringify(value) === JSON.stringify(known)) continue;
    found[name] = isPlain(value) && isPlain(known) && !LOOSE.includes(name) ? difference(value, known) : value;
  }
  return found;
}

/** `base` with what `given` says, where it is of the same kind; anything else is left as it is. */
function merged<T>(base: T, given: unknown, name = ""): T {
  if (isPlain(base) && isPlain(given)) {
    if (LOOSE.includes(name)) return given as T;
    const entries = Object.entries(base).map(([key, value]) => [key, key in given ? merged(value, given[key], key) : value]);
    return Object.fromEntries(entries) as T;
  }
  if (name === "rules") return (Array.isArray(given) ? given.filter(isContender).slice(0, 8).map(contender) : base) as T;
  if (base === null) return (isPlain(given) ? base : given) as T;
  if (given === null) return base;
  return (typeof base === typeof given && Array.isArray(base) === Array.isArray(given) ? given : base) as T;
}

/** A state without what no control can show: what is left out is as at the start. */
function drawable(state: State): State {
  const { theme, descent, stability } = state;
  const { at, start } = descent;
  return {
    ...state,
    theme: theme === "light" || theme === "dark" ? theme : null,
    hide: state.hide.filter((part) => typeof part === "string"),
    descent: { ...descent, at: isWhole(at) ? at : null, start: Array.isArray(start) && start.every(Number.isFinite) ? start : null },
    stability: { ...stability, values: numbersOf(stability.values), probes: stability.probes.filter(isProbe) },
    functions: { ...state.functions, values: numbersOf(state.functions.values) },
  };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isProbe = (probe: unknown): boolean => Array.isArray(probe) && probe.length === 2 && probe.every(Number.isFinite);

function numbersOf<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "boolean" || Number.isFinite(value))) as T;
}

/** A rule that can be drawn: with a look, and with numbers alone. */
function contender({ look, values, ...rest }: Contender, place: number): Contender {
  return { ...rest, values: numbersOf(values), look: isWhole(look) ? look : place };
}

function isContender(value: unknown): value is Contender {
  return isPlain(value) && typeof value["rule"] === "string" && isPlain(value["values"]) && typeof value["look"] === "number";
}
