// What is drawn over the losses: the step that is looked at, and the rules' names at their lines' ends.

import type uPlot from "uplot";
import { apart } from "../axes.ts";
import { colour } from "../looks.ts";
import { FONT } from "../pen.ts";
import type { Scene } from "./scene.ts";

const [SIZE, NONE, NOTCH] = [12, 10, 40]; // pixels: of the letters, of the margin without names, of the steps in which it grows
const ruler = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;

/** The room that the names take on the right, in CSS pixels: where it is more than two fifths of the width there are none. */
export function roomForNames(width: number, names: readonly string[]): number {
  ruler.font = `600 ${SIZE}px ${FONT}`;
  const widest = Math.max(...names.map((name) => ruler.measureText(name).width), 0) + 10;
  const room = Math.ceil(widest / NOTCH) * NOTCH;
  return room <= 0.4 * width ? room : NONE;
}

/** What is on the upright axis. */
export function drawTitle({ ctx }: uPlot, { theme, loss }: Scene): void {
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${SIZE * ratio}px ${FONT}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = theme.ink;
  ctx.fillText(loss, 4 * ratio, 8 * ratio);
  ctx.restore();
}

/** A line at the step that is looked at. */
export function drawMarker(plot: uPlot, { theme, at }: Scene): void {
  const x = plot.valToPos(at, "x", true);
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = theme.ink;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** The rules' names, where there is room; with bands every third series is a rule's line. */
export function drawNames(plot: uPlot, { theme, looks, names }: Scene, bands: boolean): void {
  if (roomForNames(plot.width, names) === NONE) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const ends = names.map(
    (_, i) => (plot.data[(bands ? 3 : 1) * i + 1] as (number | null)[]).findLast((value) => value !== null) ?? null,
  );
  const tops = apart(
    ends.map((end) => Math.min(Math.max(plot.valToPos(end ?? 1, "y", true), bbox.top), bbox.top + bbox.height)),
    14 * ratio,
    bbox.top,
    bbox.top + bbox.height,
  );
  ctx.save();
  ctx.font = `600 ${SIZE * ratio}px ${FONT}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  names.forEach((name, i) => {
    ctx.fillStyle = colour(looks[i] ?? i, theme);
    ctx.fillText(name, bbox.left + bbox.width + 6 * ratio, tops[i] as number);
  });
  ctx.restore();
}
