// A logarithmic axis of losses.

import type uPlot from "uplot";

const LEAST = 1e-30; // a loss of 0 has no place on a logarithmic axis

/** What has a place on the axis; null elsewhere. */
export function positive(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) && value > 0 ? Math.max(value, LEAST) : null));
}

/** Of the ticks those that are powers of ten, and of these every second, third, ... where they are many. */
export function decades(plot: uPlot, ticks: number[]): (number | null)[] {
  const power = (tick: number): number => Math.round(Math.log10(tick));
  const whole = ticks.filter((tick) => Math.abs(Math.log10(tick) - power(tick)) < 1e-6);
  const every = Math.ceil((26 * whole.length) / Math.max(plot.bbox.height / devicePixelRatio, 1));
  return ticks.map((tick) => (whole.includes(tick) && power(tick) % every === 0 ? tick : null));
}

/** The axis: at most 14 decades, so that one rule that ends at 1e-30 does not flatten the others. */
export function limits(low: number | null, high: number | null): [number, number] {
  const top = Math.min(high ?? 1, 1e12);
  const bottom = Math.max(low ?? top / 10, top * 1e-14);
  return [10 ** Math.floor(Math.log10(bottom)), 10 ** Math.ceil(Math.log10(top) + 1e-9)];
}
