// A probe's way.

import type { Point } from "../axes.ts";
import type { Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";

/** The distance to the minimum at every step, as a small curve around a line at 0. */
export function drawCurve(pen: Pen, values: Float32Array, theme: Theme): void {
  const most = Math.min(Math.max(...values.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0)), 1), 4);
  const at = (value: number, i: number): Point => [
    6 + (i / (values.length - 1)) * (pen.width - 12),
    pen.height / 2 - (value / most) * (pen.height / 2 - 6),
  ];
  const end = values.findIndex((value) => !(Math.abs(value) < 3 * most));
  const points = Array.from(end < 0 ? values : values.subarray(0, end + 1), (value, i) =>
    at(Math.min(Math.max(value, -9 * most), 9 * most), i),
  );
  const middle: Point[] = [
    [0, pen.height / 2],
    [pen.width, pen.height / 2],
  ];
  pen.lines([middle], { stroke: theme.faint, width: 1.5 });
  pen.lines([points], { stroke: theme.ink, width: 1.6 });
  for (const [x, y] of points) pen.circle(x, y, 1.6, { fill: theme.ink });
}
