// A logarithmic axis of losses.

import type uPlot from "uplot";

const LEAST = 1e-30; // a loss of 0 has no place on a logarithmic axis

/** What has a place on the axis; null elsewhere. */
export function positive(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) && value > 0 ? Math.max(value, LEAST) : null));
}

/** What has a place on an even axis, which losses below 0 need. */
export function finite(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** The even axis: from the lowest loss to where the rules began, and as much again for one that rises. */
export function evenLimits(low: number | null, high: number | null, began: number): [number, number] {
  const bottom = Math.max(low ?? began - 1, began - 1e3 * Math.max(Math.abs(began), 1));
  const drop = Math.max(began - bottom, 1e-9);
  const top = Math.min(high ?? began, began + drop);
  return [bottom - 0.05 * (top - bottom), top + 0.05 * (top - bottom)];
}

/** Of the ticks those that are powers of ten, and of these every second, third, ... where they are many. */
export function decades(plot: uPlot, ticks: number[]): (number | null)[] {
  const power = (tick: number): number => Math.round(Math.log10(tick));
  const whole = ticks.filter((tick) => Math.abs(Math.log10(tick) - power(tick)) < 1e-6);
  const every = Math.ceil((26 * whole.length) / Math.max(plot.bbox.height / devicePixelRatio, 1));
  return ticks.map((tick) => (whole.includes(tick) && power(tick) % every === 0 ? tick : null));
}

/** The axis: at most 14 decades, so that one rule that ends at 1e-30 does not flatten the others; and to a thousand times
 * where the rules began, so that one that diverges does not either. */
export function limits(low: number | null, high: number | null, began: number): [number, number] {
  const top = Math.min(high ?? 1, 1e3 * began, 1e12);
  const bottom = Math.max(low ?? top / 10, top * 1e-14);
  return [10 ** Math.floor(Math.log10(bottom)), 10 ** Math.ceil(Math.log10(top) + 1e-9)];
}
