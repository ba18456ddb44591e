// The loss of every rule at every step, beneath the paths.

import uPlot from "uplot";
import { h } from "../dom.ts";
import { colour, dash, type Theme } from "../looks.ts";
import { shown as written } from "../scale.ts";
import { Watch } from "../watch.ts";
import { decades, limits, positive } from "./decades.ts";
import { drawMarker, drawNames, roomForNames } from "./endings.ts";
import type { Scene } from "./scene.ts";

export class Losses {
  readonly element = h("div", { class: "losses", role: "img" });
  private plot: uPlot | null = null;
  private readonly shape = new Watch();
  private scene: Scene | null = null;

  /** `go` is called with the step that was clicked. */
  constructor(go: (step: number) => void) {
    this.element.addEventListener("click", (event) => {
      if (!this.plot) return;
      const left = event.clientX - this.plot.over.getBoundingClientRect().left;
      go(Math.round(this.plot.posToVal(left, "x")));
    });
  }

  draw(scene: Scene, width: number, height: number): void {
    this.scene = scene;
    const { shown, theme, looks } = scene;
    const bands = shown.ways.some((way) => way.band);
    const data: uPlot.AlignedData = [
      Array.from({ length: shown.steps + 1 }, (_, i) => i),
      ...shown.ways.flatMap((way) => series(way.losses, way.band, bands)),
    ];
    const shape = [width, height, theme.name, looks, bands, shown.ways.length];
    if (!this.shape.changed(shape) && this.plot) return this.plot.setData(data);
    this.plot?.destroy();
    this.plot = new uPlot(this.options(scene, bands, width, height), data, this.element);
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private options({ shown, theme, looks }: Scene, bands: boolean, width: number, height: number): uPlot.Options {
    const inks = shown.ways.map((_, i) => colour(looks[i] ?? i, theme));
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, roomForNames(width), 0, 0],
      scales: { x: { time: false }, y: { distr: 3, range: (_, low, high) => limits(low, high) } },
      series: [{}, ...inks.flatMap((ink, i) => lines(ink, dash(looks[i] ?? i), bands))],
      bands: bands ? inks.map((ink, i) => ({ series: [3 * i + 3, 3 * i + 2] as [number, number], fill: `${ink}30` })) : [],
      axes: axes(theme),
      hooks: { draw: [(plot) => this.ends(plot, bands)] },
    };
  }

  private ends(plot: uPlot, bands: boolean): void {
    if (!this.scene) return;
    drawMarker(plot, this.scene);
    drawNames(plot, this.scene, bands);
  }
}

function series(losses: Float32Array, band: Float32Array | null, bands: boolean): (number | null)[][] {
  if (!bands) return [positive(losses)];
  const count = losses.length;
  const row = (i: number): Float32Array => band?.subarray(i * count, (i + 1) * count) ?? losses;
  return [positive(losses), positive(row(0)), positive(row(2))];
}

function lines(ink: string, pattern: readonly number[], bands: boolean): uPlot.Series[] {
  const line: uPlot.Series = { stroke: ink, width: 2, dash: [...pattern], points: { show: false }, spanGaps: false };
  const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
  return bands ? [line, edge, edge] : [line];
}

function axes(theme: Theme): uPlot.Axis[] {
  const axis = {
    stroke: theme.quiet,
    grid: { stroke: theme.faint, width: 1 },
    ticks: { stroke: theme.faint, width: 1, size: 4 },
    font: "11px system-ui",
  };
  return [
    { ...axis, size: 26, space: 70 },
    {
      ...axis,
      size: 58,
      space: 26,
      grid: { ...axis.grid, filter: decades },
      ticks: { ...axis.ticks, filter: decades },
      filter: decades,
      values: (_, ticks) => ticks.map((tick) => (tick === null ? null : written(tick, 2))),
    },
  ];
}
