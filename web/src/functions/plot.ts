// Curves over one axis, with few ticks, names at their ends and a cursor that reads values.

import { Axes, apart, type Point, type Span } from "../axes.ts";
import { colour, dash, type Theme } from "../looks.ts";
import type { Pen } from "../pen.ts";
import { shown as written } from "../scale.ts";

export interface Curve {
  readonly name: string;
  readonly look: number;
  readonly values: Float32Array;
}

export const MARGIN = { left: 52, right: 118, top: 26, bottom: 26 };

/** Round numbers, some five of them, between two ends. */
export function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough * 0.99) ?? 10) * power;
  const found: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1) found.push(Number((i * step).toPrecision(12)));
  return found;
}

export function axesOf(x: Float32Array, curves: readonly Curve[], width: number, height: number): Axes {
  const all = curves.flatMap(({ values }) => [...values]).filter(Number.isFinite);
  const [low, high]: Span = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const room = 0.06 * (high - low || 1);
  return new Axes(
    [x[0] ?? 0, x.at(-1) ?? 1],
    [low - room, high + room],
    width - MARGIN.left - MARGIN.right,
    height - MARGIN.top - MARGIN.bottom,
  );
}

/** The curves with their axes; `title` says what is on the upright one; `at` is where the cursor stands. */
export function draw(pen: Pen, x: Float32Array, curves: readonly Curve[], title: string, theme: Theme, at: number): void {
  const axes = axesOf(x, curves, pen.width, pen.height);
  const on = (point: Point): Point => {
    const [left, top] = axes.at(point);
    return [left + MARGIN.left, top + MARGIN.top];
  };
  const bottom = MARGIN.top + axes.height;
  pen.text(4, 11, title, { fill: theme.ink, size: 13 });
  for (const tick of ticks(...axes.y)) {
    const [, y] = on([0, tick]);
    pen.lines(
      [
        [
          [MARGIN.left, y],
          [MARGIN.left + axes.width, y],
        ],
      ],
      { stroke: tick === 0 ? theme.quiet : theme.faint, width: 1 },
    );
    pen.text(MARGIN.left - 6, y, written(tick, 3), { fill: theme.quiet, size: 12, anchor: "end" });
  }
  for (const tick of ticks(...axes.x)) {
    const [left] = on([tick, 0]);
    pen.text(left, bottom + 14, written(tick, 3), { fill: theme.quiet, size: 12, anchor: "middle" });
  }
  const [cursor] = on([at, 0]);
  pen.lines(
    [
      [
        [cursor, MARGIN.top],
        [cursor, bottom],
      ],
    ],
    { stroke: theme.ink, width: 1, dash: [4, 4] },
  );
  for (const { values, look } of curves) {
    const points = Array.from(values, (value, i) => on([x[i] as number, value])).filter((point) => point.every(Number.isFinite));
    pen.lines([points], { stroke: colour(look, theme), width: 2.2, dash: dash(look) });
    const [left, top] = on([at, valueAt(x, values, at)]);
    pen.circle(left, top, 4.5, { fill: colour(look, theme), stroke: theme.page, width: 1.5 });
  }
  const ends = curves.map(({ values }) => on([0, values.at(-1) ?? 0])[1]);
  apart(ends, 15, MARGIN.top, bottom).forEach((top, i) => {
    const curve = curves[i] as Curve;
    pen.text(MARGIN.left + axes.width + 6, top, curve.name, { fill: colour(curve.look, theme), size: 13 });
  });
}

/** A curve's value between its points. */
export function valueAt(x: Float32Array, values: Float32Array, at: number): number {
  const [low, high] = [x[0] as number, x.at(-1) as number];
  const place = Math.min(Math.max(((at - low) / (high - low)) * (x.length - 1), 0), x.length - 1);
  const before = Math.min(Math.floor(place), x.length - 2);
  const share = place - before;
  return (values[before] as number) * (1 - share) + (values[before + 1] as number) * share;
}
