// The loss of every rule at every step, beneath the paths.

import uPlot from "uplot";
import { h } from "../dom.ts";
import { colour, dash, type Theme } from "../looks.ts";
import { shown as written } from "../scale.ts";
import { Watch } from "../watch.ts";
import { decades, evenLimits, finite, limits, positive } from "./decades.ts";
import { drawMarker, drawNames, drawTitle, roomForNames } from "./endings.ts";
import type { Shown } from "./model.ts";
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
    const even = isEven(shown);
    const data: uPlot.AlignedData = [
      Array.from({ length: shown.steps + 1 }, (_, i) => i),
      ...shown.ways.flatMap((way) => series(way.losses, way.band, bands, even ? finite : positive)),
    ];
    const room = roomForNames(width, scene.names);
    const shape = [width, height, theme.name, looks, bands, shown.ways.length, even, room];
    if (!this.shape.changed(shape) && this.plot) return this.plot.setData(data);
    this.plot?.destroy();
    this.plot = new uPlot(this.options(scene, bands, even, [width, height, room]), data, this.element);
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private options(
    { shown, theme, looks }: Scene,
    bands: boolean,
    even: boolean,
    [width, height, room]: readonly [number, number, number],
  ): uPlot.Options {
    const range = even ? evenLimits : limits;
    const inks = shown.ways.map((_, i) => colour(looks[i] ?? i, theme));
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [22, room, 0, 0],
      scales: {
        x: { time: false },
        y: { distr: even ? 1 : 3, range: (_, low, high) => range(low, high, this.began()) },
      },
      series: [{}, ...inks.flatMap((ink, i) => lines(ink, dash(looks[i] ?? i), bands))],
      bands: bands ? inks.map((ink, i) => ({ series: [3 * i + 3, 3 * i + 2] as [number, number], fill: `${ink}30` })) : [],
      axes: axes(theme, even),
      hooks: { draw: [(plot) => this.ends(plot, bands)] },
    };
  }

  /** The highest loss at the start. */
  private began(): number {
    const first = (this.scene?.shown.ways ?? []).map(({ losses }) => losses[0] ?? 1).filter(Number.isFinite);
    return first.length ? Math.max(...first) : 1;
  }

  private ends(plot: uPlot, bands: boolean): void {
    if (!this.scene) return;
    drawTitle(plot, this.scene);
    drawMarker(plot, this.scene);
    drawNames(plot, this.scene, bands);
  }
}

/** Whether a loss is below 0, by more than rounding: it has no place on a logarithmic axis. */
function isEven({ ways }: Shown): boolean {
  return ways.some(({ losses }) => losses.some((loss) => loss < -1e-4 * Math.max(Math.abs(losses[0] ?? 0), 1)));
}

type Row = (number | null)[];

function series(losses: Float32Array, band: Float32Array | null, bands: boolean, placed: (row: Float32Array) => Row): Row[] {
  if (!bands) return [placed(losses)];
  const count = losses.length;
  const row = (i: number): Float32Array => band?.subarray(i * count, (i + 1) * count) ?? losses;
  return [placed(losses), placed(row(0)), placed(row(2))];
}

function lines(ink: string, pattern: readonly number[], bands: boolean): uPlot.Series[] {
  const line: uPlot.Series = { stroke: ink, width: 2, dash: [...pattern], points: { show: false }, spanGaps: false };
  const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
  return bands ? [line, edge, edge] : [line];
}

function axes(theme: Theme, even: boolean): uPlot.Axis[] {
  const few = even ? {} : { filter: decades };
  const axis = {
    stroke: theme.quiet,
    grid: { stroke: theme.faint, width: 1 },
    ticks: { stroke: theme.faint, width: 1, size: 4 },
    font: "11px system-ui",
  };
  return [
    { ...axis, size: 26, space: 70, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], values: (_, ticks) => ticks.map(String) },
    {
      ...axis,
      size: 58,
      space: 26,
      grid: { ...axis.grid, ...few },
      ticks: { ...axis.ticks, ...few },
      ...few,
      values: (_, ticks) => ticks.map((tick) => (tick === null ? null : written(tick, even ? 4 : 2))),
    },
  ];
}
