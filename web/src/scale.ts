// Where a number stands on its slider, and the round number that stands there.

export type Scale = "log" | "memory" | "linear" | "whole";

export interface Range {
  readonly scale: Scale;
  readonly low: number;
  readonly high: number;
}

export const NOTCHES = 240;

/** A number to so many significant digits. */
export function rounded(value: number, digits: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

/** The number at a notch from 0 to NOTCHES. A "memory" b is laid out by how far it is from 1: 0, 0.9, 0.99, 0.999. */
export function valueAt(range: Range, notch: number): number {
  const share = notch / NOTCHES;
  switch (range.scale) {
    case "log":
      return rounded(range.low * (range.high / range.low) ** share, 2);
    case "memory": {
      const forgets = rounded((1 - range.low) * ((1 - range.high) / (1 - range.low)) ** share, 2);
      return Number((1 - forgets).toFixed(6));
    }
    case "linear": {
      const step = 10 ** Math.floor(Math.log10((range.high - range.low) / 100));
      return Number((Math.round((range.low + (range.high - range.low) * share) / step) * step).toPrecision(12));
    }
    case "whole":
      return Math.round(range.low + (range.high - range.low) * share);
  }
}

/** The notch at which a number stands, or the nearest end. */
export function notchOf(range: Range, value: number): number {
  const { low, high } = range;
  const share =
    range.scale === "log"
      ? Math.log(Math.max(value, 1e-300) / low) / Math.log(high / low)
      : range.scale === "memory"
        ? Math.log(Math.max(1 - value, 1e-12) / (1 - low)) / Math.log((1 - high) / (1 - low))
        : (value - low) / (high - low);
  return Math.round(NOTCHES * Math.min(Math.max(share, 0), 1));
}

/** A number as people write it: four significant digits, powers of ten only where it is very large or small. */
export function shown(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "\u2013";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : Number.isNaN(value) ? "\u2013" : "\u2212\u221e";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(digits - 1) : String(rounded(value, digits));
  return text
    .replace(/\.?0+e/, "e")
    .replace("e+", "e")
    .replaceAll("-", "\u2212");
}
