// Every rule's way on the surface.

import { apart, Axes, rectangle, thinned, visible, type Point, type Span } from "../axes.ts";
import { colour, dash, type Theme } from "../looks.ts";
import { shown as written } from "../scale.ts";
import { ticks } from "../ticks.ts";
import type { Pen } from "../pen.ts";
import { drawGlyphs } from "./glyphs.ts";
import { pointsOf, type Shown } from "./model.ts";
import { drawQuadratic, drawTrials } from "./quadratic.ts";
import type { Scene } from "./scene.ts";

const DOTS = 160; // more steps than that have no dot each

/** The axes of a picture of this size: in one dimension the second is the function's value. */
export function axesOf(shown: Shown, width: number, height: number): Axes {
  const [first, second] = shown.bounds as [Span, Span | undefined];
  return new Axes(first, second ?? heights(shown.field.values), width, height);
}

function heights(values: Float32Array): Span {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = (high - low || 1) * 0.1;
  return [low - room, high + room];
}

/** The ways up to the step in full, the rest faint; names at their ends; glyphs of the slots at that step. */
export function drawWays(pen: Pen, scene: Scene, axes: Axes): void {
  const { shown, theme, looks, at } = scene;
  const placed = shown.ways.map((way) => visible(pointsOf(way, shown).map(axes.at), axes.width, axes.height));
  placed.forEach((points, i) => drawWay(pen, points, at, colour(looks[i] ?? i, theme), dash(looks[i] ?? i)));
  const flat = shown.bounds.length === 2;
  shown.ways.forEach((way, i) => drawQuadratic(pen, way, at, axes, flat, colour(looks[i] ?? i, theme)));
  if (flat) {
    shown.ways.forEach((way, i) => {
      const ink = colour(looks[i] ?? i, theme);
      drawTrials(pen, way, placed[i] ?? [], at, axes, ink);
      drawGlyphs(pen, way, placed[i]?.[at], at, axes, ink);
    });
  }
  drawMarks(pen, shown, axes, theme);
  drawEnds(pen, placed, scene, axes);
}

function drawWay(pen: Pen, points: readonly Point[], at: number, ink: string, pattern: readonly number[]): void {
  const walked = points.slice(0, at + 1);
  if (points.length > at + 1) pen.lines([thinned(points.slice(at))], { stroke: ink, width: 1.4, dash: pattern, alpha: 0.25 });
  pen.lines([thinned(walked)], { stroke: ink, width: 2.2, dash: pattern });
  if (points.length <= DOTS) for (const [x, y] of walked) pen.circle(x, y, 2.1, { fill: ink });
}

/** Few numbers along the lower and the left edge: where on the surface one is. */
export function drawTicks(pen: Pen, axes: Axes, theme: Theme): void {
  const style = { fill: theme.quiet, halo: theme.page, size: 11 } as const;
  const few = (low: number, high: number, room: number): number[] =>
    ticks(low, high).filter((_, i, all) => i % Math.ceil((all.length * 34) / room) === 0);
  for (const tick of few(...axes.x, axes.width)) {
    const [x] = axes.at([tick, 0]);
    if (x > 30 && x < axes.width - 14) pen.text(x, axes.height - 9, written(tick, 3), { ...style, anchor: "middle" });
  }
  for (const tick of few(...axes.y, axes.height)) {
    const [, y] = axes.at([0, tick]);
    if (y > 10 && y < axes.height - 24) pen.text(6, y, written(tick, 3), style);
  }
}

/** A dot where each way has come to, and its name. */
function drawEnds(pen: Pen, placed: readonly Point[][], { theme, looks, names, at }: Scene, axes: Axes): void {
  const ends = placed.map((points) => held(points[Math.min(at, points.length - 1)] ?? [0, 0], axes));
  const tops = apart(
    ends.map(([, y]) => y),
    15,
    10,
    axes.height - 10,
  );
  placed.forEach((points, i) => {
    const [x, y] = ends[i] as Point;
    const ink = colour(looks[i] ?? i, theme);
    if (points.length > at) pen.circle(x, y, 5, { fill: ink, stroke: theme.page, width: 1.5 });
    const left = x > 0.75 * axes.width;
    pen.text(x + (left ? -10 : 10), tops[i] as number, names[i] ?? "", {
      fill: ink,
      halo: theme.page,
      anchor: left ? "end" : "start",
      size: 13,
    });
  });
}

function held([x, y]: Point, axes: Axes): Point {
  return [Math.min(Math.max(x, 8), axes.width - 8), Math.min(Math.max(y, 8), axes.height - 8)];
}

/** The minimum as a star, the start as a square in a ring. */
function drawMarks(pen: Pen, shown: Shown, axes: Axes, theme: Theme): void {
  const value = (x: number): number => {
    const [low, high] = shown.bounds[0] as Span;
    return shown.field.values[Math.round(((x - low) / (high - low)) * (shown.field.side - 1))] ?? 0;
  };
  const place = (point: readonly number[]): Point =>
    axes.at(shown.bounds.length === 2 ? [point[0] as number, point[1] as number] : [point[0] as number, value(point[0] as number)]);
  if (shown.optimum) {
    const [x, y] = place(shown.optimum);
    const star = Array.from({ length: 10 }, (_, i): Point => {
      const angle = (Math.PI * i) / 5 - Math.PI / 2;
      const radius = i % 2 ? 3.6 : 8.5;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    });
    pen.lines([star], { fill: theme.page, stroke: theme.ink, width: 1.2 }, true);
  }
  const [x, y] = place(shown.start);
  pen.circle(x, y, 9, { stroke: theme.ink, width: 1, alpha: 0.5 });
  pen.lines([rectangle(x, y, 5, 5)], { fill: theme.page, stroke: theme.ink, width: 1.4 }, true);
}
