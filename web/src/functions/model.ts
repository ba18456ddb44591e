// The frame of the view Functions as it is drawn: one plot of the curves, and one of their slopes.

import type { FunctionGroup } from "../catalogue.ts";
import { csv, quoted } from "../csv.ts";
import { table, type Frame } from "../frame.ts";
import { named, type Words } from "../words/index.ts";

export interface Line {
  readonly name: string;
  readonly look: number;
  readonly values: Float32Array;
}

export interface Plot {
  readonly title: string; // what is on the upright axis
  readonly x: Float32Array;
  readonly lines: readonly Line[];
}

/** The curves, and their slopes where Python sends them. */
export function plotsOf(frame: Frame, group: FunctionGroup, { functions: words }: Words): Plot[] {
  const names = frame.header["names"] as string[];
  const plot = (title: string, suffix: string): Plot => ({
    title,
    x: table(frame, "x").values,
    lines: names
      .filter((name) => frame.arrays.has(name + suffix))
      .map((name) => ({
        name: named(words.curves, name),
        look: group.curves.indexOf(name),
        values: table(frame, name + suffix).values,
      })),
  });
  return [plot(words.value, ""), plot(words.slope, ".slope")].filter(({ lines }) => lines.length);
}

/** A line's value between its points. */
export function valueAt(x: Float32Array, values: Float32Array, at: number): number {
  const [low, high] = [x[0] as number, x.at(-1) as number];
  const place = Math.min(Math.max(((at - low) / (high - low)) * (x.length - 1), 0), x.length - 1);
  const before = Math.min(Math.floor(place), x.length - 2);
  const share = place - before;
  return (values[before] as number) * (1 - share) + (values[before + 1] as number) * share;
}

/** Every point of the curves and of their slopes, as CSV. */
export function csvOf([curves, slopes]: readonly Plot[]): string {
  const lines = [...(curves?.lines ?? []), ...(slopes?.lines ?? []).map((line) => ({ ...line, name: `${line.name} (slope)` }))];
  const rows = Array.from(curves?.x ?? [], (x, i) => [x, ...lines.map(({ values }) => values[i])]);
  return csv(["x", ...lines.map(({ name }) => quoted(name))], rows);
}
