// The frame of the view Stability as it is drawn.

import { csv } from "../csv.ts";
import { table, type Frame } from "../frame.ts";
import type { Regime, Sentence } from "../words/index.ts";

export interface Growth {
  readonly width: number; // learning rates
  readonly height: number; // values of the other number
  readonly values: Float32Array;
  readonly sizes: Float32Array; // of the circles of a rule that does not settle, otherwise 0; empty for linear rules
  readonly rates: readonly [number, number];
  readonly others: readonly [number, number];
  readonly linear: boolean; // the learning rates stand on an even axis, otherwise on a ladder
}

export interface Probe {
  readonly growth: number | null;
  readonly size: number;
  readonly regime: Regime;
  readonly error?: Sentence | undefined;
  readonly distances: Float32Array; // from the minimum, with their sign, at every step
}

export interface Shown {
  readonly growth: Growth;
  readonly probes: readonly Probe[];
}

interface Header extends Omit<Growth, "width" | "height" | "values" | "sizes"> {
  probes: { growth: number | null; size: number; regime: Regime; at: string; error?: Sentence }[];
}

export function shownBy(frame: Frame): Shown {
  const { shape, values } = table(frame, "growth");
  const { rates, others, linear, probes } = frame.header as unknown as Header;
  return {
    growth: { height: shape[0] ?? 0, width: shape[1] ?? 0, values, sizes: table(frame, "size").values, rates, others, linear },
    probes: probes.map(({ at, ...probe }) => ({ ...probe, distances: table(frame, at).values })),
  };
}

/** Where a learning rate stands on the axis, and which one stands there. */
export const place = (growth: Growth, rate: number): number => (growth.linear ? rate : Math.log10(rate));
export const rateAt = (growth: Growth, x: number): number => (growth.linear ? x : 10 ** x);

/** The growth and the size of the circles at every learning rate and value of the other number, as CSV. */
export function csvOf(growth: Growth, across: string): string {
  const [low, high] = [place(growth, growth.rates[0]), place(growth, growth.rates[1])];
  const rows = Array.from(growth.values, (value, i) => {
    const x = low + ((i % growth.width) / (growth.width - 1)) * (high - low);
    const y = growth.others[0] + (Math.floor(i / growth.width) / (growth.height - 1)) * (growth.others[1] - growth.others[0]);
    return [rateAt(growth, x), y, value, growth.sizes[i] ?? 0];
  });
  return csv(["learning_rate", across, "growth", "size"], rows);
}
