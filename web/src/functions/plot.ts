// Curves over one axis, with few ticks, names at their ends and a cursor that reads values.

import { Axes, apart, type Point, type Span } from "../axes.ts";
import { colour, dash, type Theme } from "../looks.ts";
import type { Pen, Style } from "../pen.ts";
import { shown as written } from "../scale.ts";
import { valueAt, type Plot } from "./model.ts";
import { ticks } from "../ticks.ts";

export const MARGIN = { left: 52, right: 130, top: 26, bottom: 26 };

/** A plot with its axes; `at` is where the cursor stands. */
export function draw(pen: Pen, plot: Plot, theme: Theme, at: number): void {
  const axes = axesOf(plot, pen);
  drawFrame(pen, plot, axes, theme);
  const [cursor] = placed(axes, [at, 0]);
  line(pen, [cursor, MARGIN.top], [cursor, MARGIN.top + axes.height], { stroke: theme.ink, width: 1, dash: [4, 4] });
  drawLines(pen, plot, axes, theme, at);
  drawNames(pen, plot, axes, theme);
}

function axesOf({ x, lines }: Plot, { width, height }: Pen): Axes {
  const all = lines.flatMap(({ values }) => [...values]).filter(Number.isFinite);
  const [low, high]: Span = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const room = 0.06 * (high - low || 1);
  return new Axes(
    [x[0] ?? 0, x.at(-1) ?? 1],
    [low - room, high + room],
    width - MARGIN.left - MARGIN.right,
    height - MARGIN.top - MARGIN.bottom,
  );
}

/** Where a point lies on the picture, its margins counted. */
function placed(axes: Axes, point: Point): Point {
  const [left, top] = axes.at(point);
  return [left + MARGIN.left, top + MARGIN.top];
}

function line(pen: Pen, from: Point, to: Point, style: Style): void {
  pen.lines([[from, to]], style);
}

/** The axes' ticks, with a line across at those of the upright one. */
function drawFrame(pen: Pen, { title }: Plot, axes: Axes, theme: Theme): void {
  pen.text(4, 11, title, { fill: theme.ink, size: 13 });
  for (const tick of ticks(...axes.y)) {
    const [, y] = placed(axes, [0, tick]);
    const ink = tick === 0 ? theme.quiet : theme.faint;
    line(pen, [MARGIN.left, y], [MARGIN.left + axes.width, y], { stroke: ink, width: 1 });
    pen.text(MARGIN.left - 6, y, written(tick, 3), { fill: theme.quiet, size: 12, anchor: "end" });
  }
  for (const tick of ticks(...axes.x)) {
    const [left] = placed(axes, [tick, 0]);
    pen.text(left, MARGIN.top + axes.height + 14, written(tick, 3), { fill: theme.quiet, size: 12, anchor: "middle" });
  }
}

/** Every curve, with a dot where the cursor reads it. */
function drawLines(pen: Pen, { x, lines }: Plot, axes: Axes, theme: Theme, at: number): void {
  for (const { values, look } of lines) {
    const points = Array.from(values, (value, i) => placed(axes, [x[i] as number, value]));
    pen.lines([points.filter((point) => point.every(Number.isFinite))], {
      stroke: colour(look, theme),
      width: 2.2,
      dash: dash(look),
    });
    const [left, top] = placed(axes, [at, valueAt(x, values, at)]);
    pen.circle(left, top, 4.5, { fill: colour(look, theme), stroke: theme.page, width: 1.5 });
  }
}

function drawNames(pen: Pen, { lines }: Plot, axes: Axes, theme: Theme): void {
  const ends = lines.map(({ values }) => placed(axes, [0, values.at(-1) ?? 0])[1]);
  const tops = apart(ends, 15, MARGIN.top, MARGIN.top + axes.height);
  lines.forEach(({ name, look }, i) => {
    pen.text(MARGIN.left + axes.width + 6, tops[i] as number, name, { fill: colour(look, theme), size: 13 });
  });
}
