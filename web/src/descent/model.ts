// The frame of the view Descent as it is drawn.

import type { Point, Span } from "../axes.ts";
import { table, type Frame } from "../frame.ts";
import type { Regime } from "../words/index.ts";

export interface Slot {
  readonly name: string;
  readonly is: "arrow" | "squares" | "place";
  readonly ahead: boolean;
  readonly values: Float32Array; // steps + 1 rows of an axis each
}

export interface Way {
  readonly rule: string;
  readonly points: Float32Array; // steps + 1 rows of an axis each
  readonly losses: Float32Array;
  readonly band: Float32Array | null; // three rows of losses: low, middle, high
  readonly rates: Float32Array | null;
  readonly slots: readonly Slot[];
  readonly trials: Float32Array | null; // where a refused step was tried; NaN where none was
  readonly model: Float32Array | null; // a row a step: the slope along each axis, then the matrix of curvatures
  readonly regime: Regime;
  readonly hit: number | null | undefined;
  readonly stays: number | null | undefined;
}

export interface Field {
  readonly name: string;
  readonly side: number;
  readonly values: Float32Array;
  readonly levels: Float32Array;
}

export interface Shown {
  readonly steps: number;
  readonly problem: string;
  readonly title: string;
  readonly bounds: readonly Span[];
  readonly start: readonly number[];
  readonly movable: boolean;
  readonly optimum: readonly number[] | null;
  readonly field: Field;
  readonly ways: readonly Way[];
}

interface Header {
  steps: number;
  problem: { name: string; title: string; bounds: Span[]; start: number[]; movable: boolean; optimum: number[] | null };
  field: { name: string };
  rules: {
    rule: string;
    regime: Regime;
    hit?: number | null;
    stays?: number | null;
    slots: { name: string; is: Slot["is"]; ahead: boolean; at: string }[];
  }[];
}

/** A frame read; its field is that of the picture before where it brings none, and null where that is another. */
export function shownBy(frame: Frame, before: Field | null): Shown | null {
  const header = frame.header as unknown as Header;
  const sent = frame.arrays.get("field");
  const fresh = sent && {
    name: header.field.name,
    side: sent.shape.at(-1) ?? 0,
    values: sent.values,
    levels: table(frame, "levels").values,
  };
  const field = fresh ?? before;
  if (field?.name !== header.field.name) return null;
  const { name, title, ...rest } = header.problem;
  return {
    steps: header.steps,
    problem: name,
    title,
    ...rest,
    field,
    ways: header.rules.map((rule, i) => way(frame, rule, `r${i}`)),
  };
}

function way(frame: Frame, rule: Header["rules"][number], key: string): Way {
  const slots = rule.slots.map(({ at, ...slot }) => ({ ...slot, values: table(frame, at).values }));
  const band = frame.arrays.get(`${key}.band`)?.values ?? null;
  const trials = frame.arrays.get(`${key}.trials`)?.values ?? null;
  const model = frame.arrays.get(`${key}.model`)?.values ?? null;
  const rates = frame.arrays.get(`${key}.rates`)?.values ?? null;
  const { points, losses } = { points: table(frame, `${key}.points`).values, losses: table(frame, `${key}.losses`).values };
  const { regime, hit, stays } = rule;
  return { rule: rule.rule, points, losses, band, rates, slots, trials, model, regime, hit, stays };
}

/** The points of a way: of one axis, on the graph of the function. */
export function pointsOf(way: Way, shown: Shown): Point[] {
  const flat = shown.bounds.length === 2;
  return Array.from(way.losses, (loss, i) =>
    flat ? [way.points[2 * i] as number, way.points[2 * i + 1] as number] : [way.points[i] as number, loss],
  );
}
