// A state as text, for an address or a notebook: written for people to read, and read without trust.

import { START, type Contender, type State } from "./state.ts";

/** The part of an address behind its #: what differs from START. */
export function written(state: State): string {
  const found = differing(state);
  if (!Object.keys(found).length) return "";
  const coded = encodeURIComponent(JSON.stringify(found)).replaceAll("'", "%27");
  return coded.replaceAll("%22", "'").replaceAll("%2C", ",").replaceAll("%3A", ":"); // easier to read
}

/** What differs from START. */
export function differing(state: State): Plain {
  return difference(state, START);
}

/** The state that differs from START by what is given; what is nonsense is left out. */
export function stateOf(given: unknown): State {
  return drawable(merged(START, given));
}

/** The state that an address holds; START where it holds none, or nonsense. */
export function readFrom(hash: string): State {
  try {
    const text = decodeURIComponent(hash.replace(/^#/, "").replaceAll("'", "%22"));
    return text ? stateOf(JSON.parse(text)) : START;
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
  const { theme, descent, stability, functions } = state;
  const { at, start } = descent;
  return {
    ...state,
    theme: theme === "light" || theme === "dark" ? theme : null,
    hide: state.hide.filter((part) => typeof part === "string"),
    descent: { ...descent, at: isWhole(at) ? at : null, start: areNumbers(start) ? start : null },
    stability: { ...stability, values: numbersOf(stability.values), probes: stability.probes.filter(isProbe) },
    functions: { ...functions, values: numbersOf(functions.values), at: Number.isFinite(functions.at) ? functions.at : null },
  };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const areNumbers = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isFinite);

const isProbe = (probe: unknown): boolean => areNumbers(probe) && (probe as unknown[]).length === 2;

function numbersOf<T extends object>(values: T): T {
  const kept = Object.entries(values).filter(([, value]) => typeof value === "boolean" || Number.isFinite(value));
  return Object.fromEntries(kept) as T;
}

/** A rule that can be drawn: with a look, and with numbers alone. */
function contender({ look, values, ...rest }: Contender, place: number): Contender {
  return { ...rest, values: numbersOf(values), look: isWhole(look) ? look : place };
}

function isContender(value: unknown): value is Contender {
  return isPlain(value) && typeof value["rule"] === "string" && isPlain(value["values"]) && typeof value["look"] === "number";
}
