// From the coordinates of a surface to places on a picture, and back.

export type Point = readonly [number, number];
export type Span = readonly [number, number];

export class Axes {
  readonly x: Span;
  readonly y: Span;
  readonly width: number;
  readonly height: number;

  constructor(x: Span, y: Span, width: number, height: number) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  /** Where a point lies on the picture. */
  readonly at = ([x, y]: Point): Point => [
    ((x - this.x[0]) / (this.x[1] - this.x[0])) * this.width,
    (1 - (y - this.y[0]) / (this.y[1] - this.y[0])) * this.height,
  ];

  /** Which point lies at a place of the picture. */
  readonly under = (left: number, top: number): Point => [
    this.x[0] + (left / this.width) * (this.x[1] - this.x[0]),
    this.y[0] + (1 - top / this.height) * (this.y[1] - this.y[0]),
  ];
}

/** A path up to where it is no number, or so far away that no picture shows it. */
export function visible(points: readonly Point[], width: number, height: number): Point[] {
  const far = 40 * Math.max(width, height);
  const end = points.findIndex(([x, y]) => !(Math.abs(x) < far && Math.abs(y) < far));
  return end < 0 ? [...points] : points.slice(0, end);
}

/** A path without the points that a screen cannot tell from the one before. */
export function thinned(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  let [left, top] = [Infinity, Infinity];
  points.forEach((point, i) => {
    const [x, y] = point;
    if (Math.abs(x - left) + Math.abs(y - top) < 0.5 && i < points.length - 1) return;
    kept.push(point);
    [left, top] = point;
  });
  return kept;
}

/** Labels moved up and down so that none lies on another: their heights, in the order given. */
export function apart(tops: readonly number[], gap: number, low: number, high: number): number[] {
  const order = tops.map((_, i) => i).sort((a, b) => (tops[a] as number) - (tops[b] as number));
  const found = [...tops];
  let last = low - gap;
  for (const i of order) last = found[i] = Math.max(found[i] as number, last + gap);
  let next = high + gap;
  for (const i of order.reverse()) next = found[i] = Math.min(found[i] as number, next - gap);
  return found;
}

/** The corners of a rectangle around a point, so far from it on either side. */
export function rectangle(x: number, y: number, across: number, up: number): Point[] {
  return [
    [x - across, y - up],
    [x + across, y - up],
    [x + across, y + up],
    [x - across, y + up],
  ];
}
