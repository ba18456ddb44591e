// What a rule sees of the surface at a step: the quadratic whose minimum it goes to, and the trials that were refused.

import { contoured } from "../contour.ts";
import type { Axes, Point } from "../axes.ts";
import type { Pen } from "../pen.ts";
import type { Way } from "./model.ts";

const SIDE = 64; // values of the quadratic along an axis
const LINES = [1 / 9, 4 / 9, 1]; // levels: shares of the fall from the point to the minimum, evenly apart on the ground
const SPREAD = [-0.5, -0.25, 0, 0.25, 0.5]; // of a quadratic without a minimum: shares of its spread, about the point's value

type Quadratic = (at: readonly number[]) => number;

/** The quadratic of a step, as a function of the axes' coordinates. */
export function quadratic(way: Way, at: number, axes: number): Quadratic | null {
  const row = way.model?.subarray(at * (axes + axes * axes), (at + 1) * (axes + axes * axes));
  const value = way.losses[at];
  if (!row?.length || value === undefined || !row.every(Number.isFinite)) return null;
  const from = way.points.subarray(at * axes, (at + 1) * axes);
  return (place) => {
    const step = place.map((x, i) => x - (from[i] as number));
    let sum = value;
    step.forEach((p, i) => {
      sum += (row[i] as number) * p;
      step.forEach((q, j) => (sum += ((row[axes + axes * i + j] as number) * p * q) / 2));
    });
    return sum;
  };
}

/** A few level lines of the quadratic at a step; in one dimension its graph. */
export function drawQuadratic(pen: Pen, way: Way, at: number, axes: Axes, flat: boolean, ink: string): void {
  const model = quadratic(way, at, flat ? 2 : 1);
  if (!model) return;
  const style = { stroke: ink, width: 1.2, dash: [5, 3], alpha: 0.8 } as const;
  if (!flat) return pen.lines([graph(model, axes)], style);
  const minimum = bottom(way, at);
  if (minimum) return pen.lines(LINES.map((share) => minimum(share).map(axes.at)), style, true);
  const values = new Float32Array(SIDE * SIDE);
  for (let k = 0; k < values.length; k++) values[k] = model(placed(k, axes));
  const found = contoured(values, SIDE, about(way.losses[at] as number, values), [axes.x, axes.y]);
  for (const rings of found.rings) for (const ring of rings) for (const line of inner(ring, axes)) pen.lines([line.map(axes.at)], style);
}

function placed(k: number, axes: Axes): Point {
  const along = (i: number, [low, high]: readonly [number, number]): number => low + (i / (SIDE - 1)) * (high - low);
  return [along(k % SIDE, axes.x), along(Math.floor(k / SIDE), axes.y)];
}

function graph(model: Quadratic, axes: Axes): Point[] {
  return Array.from({ length: 4 * SIDE }, (_, i): Point => {
    const x = axes.x[0] + (i / (4 * SIDE - 1)) * (axes.x[1] - axes.x[0]);
    return axes.at([x, model([x])]);
  });
}

/** Levels about a point's value, rising. */
function about(value: number, values: Float32Array): Float32Array {
  const sorted = values.slice().sort();
  const spread = (sorted[Math.floor(0.8 * sorted.length)] as number) - (sorted[Math.floor(0.2 * sorted.length)] as number);
  return Float32Array.from(SPREAD, (share) => value + share * spread);
}

/** Of a quadratic on two axes with a minimum, the ellipse at a share of its fall from the point; null where it has none. */
function bottom(way: Way, at: number): ((share: number) => Point[]) | null {
  const [gx, gy, a, b, , c] = way.model?.subarray(6 * at, 6 * at + 6) as unknown as [number, number, number, number, number, number];
  const [x, y] = way.points.subarray(2 * at, 2 * at + 2) as unknown as [number, number];
  const area = a * c - b * b;
  if (!(a > 0) || !(area > 1e-9 * a * c)) return null;
  const [px, py] = [(b * gy - c * gx) / area, (b * gx - a * gy) / area]; // the step to the minimum
  const fall = -(gx * px + gy * py); // twice that of the quadratic
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(area / a);
  return (share) =>
    Array.from({ length: 96 }, (_, i): Point => {
      const radius = Math.sqrt(Math.max(share * fall, 0));
      const second = (radius * Math.sin((i * Math.PI) / 48)) / l22;
      return [x + px + (radius * Math.cos((i * Math.PI) / 48) - l21 * second) / l11, y + py + second];
    });
}

/** The parts of a ring that are not the frame of the picture. */
function inner(ring: readonly Point[], { x, y }: Axes): Point[][] {
  const [dx, dy] = [(x[1] - x[0]) / SIDE, (y[1] - y[0]) / SIDE];
  const parts: Point[][] = [[]];
  for (const point of ring) {
    const inside = point[0] > x[0] + dx && point[0] < x[1] - dx && point[1] > y[0] + dy && point[1] < y[1] - dy;
    if (inside) parts.at(-1)?.push(point);
    else if (parts.at(-1)?.length) parts.push([]);
  }
  return parts.filter((part) => part.length > 1);
}

/** A hollow dot, at the end of a thin line, for each refused trial up to a step. */
export function drawTrials(pen: Pen, way: Way, points: readonly Point[], at: number, axes: Axes, ink: string): void {
  if (!way.trials) return;
  for (let i = 0; i <= at; i++) {
    const [x, y] = [way.trials[2 * i] as number, way.trials[2 * i + 1] as number];
    const from = points[i];
    if (!Number.isFinite(x) || !Number.isFinite(y) || !from) continue;
    const [px, py] = axes.at([x, y]);
    if (Math.abs(px) > 1e5 || Math.abs(py) > 1e5) continue;
    pen.lines([[from, [px, py]]], { stroke: ink, width: 1, dash: [1, 3], alpha: 0.6 });
    pen.circle(px, py, 3.2, { stroke: ink, width: 1.2 });
  }
}
