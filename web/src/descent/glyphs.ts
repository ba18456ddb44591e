// What a rule remembers, drawn at its place: velocities as arrows, second moments as boxes.

import { rectangle, type Axes, type Point } from "../axes.ts";
import type { Pen } from "../pen.ts";
import type { Slot, Way } from "./model.ts";

const ARROW = 54; // pixels of the longest arrow and the largest box

/** The first vector, the first squares and the other place that a rule remembers at a step. */
export function drawGlyphs(pen: Pen, way: Way, point: Point | undefined, at: number, axes: Axes, ink: string): void {
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
  pen.lines([rectangle(x, y, half(0), half(1))], { stroke: ink, fill: ink, width: 1, alpha: 0.3 }, true);
}
