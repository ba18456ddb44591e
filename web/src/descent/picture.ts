// The hero: the surface and every rule's way on it.

import { Axes, apart, visible, type Point, type Span } from "../axes.ts";
import { contoured, drawGround, type Ground } from "../contour.ts";
import { colour, dash, type Theme } from "../looks.ts";
import { CanvasPen, type Pen } from "../pen.ts";
import { pointsOf, type Field, type Shown, type Slot, type Way } from "./model.ts";

const ARROW = 54; // pixels of the longest arrow and the largest box
const DOTS = 160; // more steps than that have no dot each

let kept: { field: Field; bounds: string; ground: Ground } | null = null;

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

/** Everything but the ways: it changes with the surface, the size and the theme only. */
export function drawBackground(pen: Pen, shown: Shown, axes: Axes, theme: Theme): void {
  if (shown.bounds.length === 2) {
    const bounds = JSON.stringify(shown.bounds);
    if (kept?.field !== shown.field || kept.bounds !== bounds) {
      kept = {
        field: shown.field,
        bounds,
        ground: contoured(shown.field.values, shown.field.side, shown.field.levels, shown.bounds),
      };
    }
    drawGround(pen, kept.ground, axes, theme);
    return;
  }
  const { values, side } = shown.field;
  const [low, high] = shown.bounds[0] as Span;
  const curve = Array.from(values, (value, i): Point => axes.at([low + ((high - low) * i) / (side - 1), value]));
  pen.lines([curve.filter((point) => point.every(Number.isFinite))], { stroke: theme.contour, width: 2 });
}

/** The ways up to step `at` in full, the rest faint; names at their ends; glyphs of the slots at that step. */
export function drawWays(
  pen: Pen,
  shown: Shown,
  axes: Axes,
  theme: Theme,
  looks: readonly number[],
  names: readonly string[],
  at: number,
): void {
  const placed = shown.ways.map((way) => visible(pointsOf(way, shown).map(axes.at), axes.width, axes.height));
  placed.forEach((points, i) => drawWay(pen, points, at, colour(looks[i] ?? i, theme), dash(looks[i] ?? i)));
  if (shown.bounds.length === 2) {
    shown.ways.forEach((way, i) => drawGlyphs(pen, way, placed[i]?.[at], at, axes, colour(looks[i] ?? i, theme)));
  }
  drawMarks(pen, shown, axes, theme);
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

function drawWay(pen: Pen, points: readonly Point[], at: number, ink: string, pattern: readonly number[]): void {
  const walked = points.slice(0, at + 1);
  if (points.length > at + 1) pen.lines([points.slice(at)], { stroke: ink, width: 1.4, dash: pattern, alpha: 0.25 });
  pen.lines([walked], { stroke: ink, width: 2.2, dash: pattern });
  if (points.length <= DOTS) for (const [x, y] of walked) pen.circle(x, y, 2.1, { fill: ink });
}

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
  pen.lines(
    [
      [
        [x - 5, y - 5],
        [x + 5, y - 5],
        [x + 5, y + 5],
        [x - 5, y + 5],
      ],
    ],
    { fill: theme.page, stroke: theme.ink, width: 1.4 },
    true,
  );
}

function drawGlyphs(pen: Pen, way: Way, point: Point | undefined, at: number, axes: Axes, ink: string): void {
  if (!point) return;
  const arrows = way.slots.filter((slot) => slot.is === "arrow").slice(0, 1);
  for (const slot of arrows) arrow(pen, point, direction(slot, at, axes), ink);
  for (const slot of way.slots.filter((one) => one.is === "squares").slice(0, 1)) box(pen, point, slot, at, ink);
  for (const slot of way.slots.filter((one) => one.name === "z")) {
    const [x, y] = axes.at([slot.values[2 * at] as number, slot.values[2 * at + 1] as number]);
    if (Math.abs(x) < 1e5 && Math.abs(y) < 1e5) pen.lines([[point, [x, y]]], { stroke: ink, width: 1, dash: [1, 3] });
  }
}

/** Where the velocity points on the picture, the longest of the whole way being ARROW long. */
function direction(slot: Slot, at: number, axes: Axes): Point {
  const [sx, sy] = [axes.width / (axes.x[1] - axes.x[0]), -axes.height / (axes.y[1] - axes.y[0])];
  let longest = 0;
  for (let i = 0; i < slot.values.length; i += 2) {
    const length = Math.hypot((slot.values[i] as number) * sx, (slot.values[i + 1] as number) * sy);
    if (Number.isFinite(length)) longest = Math.max(longest, length);
  }
  const size = ((slot.ahead ? 1 : -1) * ARROW) / (longest || 1);
  return [(slot.values[2 * at] as number) * sx * size, (slot.values[2 * at + 1] as number) * sy * size];
}

function arrow(pen: Pen, [x, y]: Point, [dx, dy]: Point, ink: string): void {
  const length = Math.hypot(dx, dy);
  if (!(length > 3)) return;
  const [ux, uy] = [dx / length, dy / length];
  const tip: Point = [x + dx, y + dy];
  const wing = (side: number): Point => [tip[0] - 7 * ux + side * 3.5 * uy, tip[1] - 7 * uy - side * 3.5 * ux];
  pen.lines([[[x, y], tip]], { stroke: ink, width: 2 });
  pen.lines([[wing(1), tip, wing(-1)]], { stroke: ink, width: 2 });
}

/** A box as wide and high as the root of the second moment along each axis. */
function box(pen: Pen, [x, y]: Point, slot: Slot, at: number, ink: string): void {
  const largest = slot.values.reduce((top, value) => (Number.isFinite(value) ? Math.max(top, value) : top), 0) || 1;
  const half = (i: number): number => Math.max((ARROW / 2) * Math.sqrt(Math.max(slot.values[2 * at + i] ?? 0, 0) / largest), 1.5);
  const [w, v] = [half(0), half(1)];
  pen.lines(
    [
      [
        [x - w, y - v],
        [x + w, y - v],
        [x + w, y + v],
        [x - w, y + v],
      ],
    ],
    { stroke: ink, fill: ink, width: 1, alpha: 0.3 },
    true,
  );
}

/** A canvas with the background, to be copied at every movement. */
export class Background {
  private readonly canvas = document.createElement("canvas");
  private drawn: { field: Field; key: string } | null = null;

  /** Copy the background under `pen`, drawing it anew where it has changed. */
  under(pen: CanvasPen, shown: Shown, axes: Axes, theme: Theme): void {
    const key = `${axes.width} ${axes.height} ${theme.name} ${JSON.stringify(shown.bounds)}`;
    if (this.drawn?.field !== shown.field || this.drawn.key !== key) {
      drawBackground(new CanvasPen(this.canvas, axes.width, axes.height), shown, axes, theme);
      this.drawn = { field: shown.field, key };
    }
    pen.copy(this.canvas);
  }
}
