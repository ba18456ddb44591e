// The loss of every rule at every step, beneath the paths.

import uPlot from "uplot";
import { apart } from "../axes.ts";
import { colour, dash, type Theme } from "../looks.ts";
import { shown as written } from "../scale.ts";
import type { Shown } from "./model.ts";

const [WIDE, ROOM] = [560, 130]; // pixels: from which width on names stand at the lines' ends, and their room
const LEAST = 1e-30; // a loss of 0 has no place on a logarithmic axis

export class Losses {
  /** Called with the step that was clicked. */
  onStep: (step: number) => void = () => {};
  private plot: uPlot | null = null;
  private shape = "";
  private at = 0;
  private names: readonly string[] = [];
  private readonly host: HTMLElement;

  constructor(host: HTMLElement) {
    this.host = host;
    host.addEventListener("click", (event) => {
      if (!this.plot) return;
      const left = event.clientX - this.plot.over.getBoundingClientRect().left;
      this.onStep(Math.round(this.plot.posToVal(left, "x")));
    });
  }

  draw(
    shown: Shown,
    theme: Theme,
    looks: readonly number[],
    names: readonly string[],
    at: number,
    width: number,
    height: number,
  ): void {
    this.at = at;
    this.names = names;
    const bands = shown.ways.some((way) => way.band);
    const data: uPlot.AlignedData = [
      Array.from({ length: shown.steps + 1 }, (_, i) => i),
      ...shown.ways.flatMap((way) => series(way.losses, way.band, bands)),
    ];
    const shape = JSON.stringify([width, height, theme.name, looks, bands, shown.ways.length]);
    if (this.plot && shape === this.shape) {
      this.plot.setData(data);
      return;
    }
    this.shape = shape;
    this.plot?.destroy();
    this.plot = new uPlot(this.options(shown.ways.length, bands, theme, looks, width, height), data, this.host);
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private options(
    count: number,
    bands: boolean,
    theme: Theme,
    looks: readonly number[],
    width: number,
    height: number,
  ): uPlot.Options {
    const each = Array.from({ length: count }, (_, i) => lines(colour(looks[i] ?? i, theme), dash(looks[i] ?? i), bands)).flat();
    const axis = {
      stroke: theme.quiet,
      grid: { stroke: theme.faint, width: 1 },
      ticks: { stroke: theme.faint, width: 1, size: 4 },
      font: "11px system-ui",
    };
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, width > WIDE ? ROOM : 10, 0, 0],
      scales: { x: { time: false }, y: { distr: 3, range: (_, low, high) => limits(low, high) } },
      series: [{}, ...each],
      bands: bands
        ? Array.from({ length: count }, (_, i) => ({
            series: [3 * i + 3, 3 * i + 2] as [number, number],
            fill: `${colour(looks[i] ?? i, theme)}30`,
          }))
        : [],
      axes: [
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
      ],
      hooks: { draw: [(plot) => this.marker(plot, theme), (plot) => this.labels(plot, theme, looks, bands)] },
    };
  }

  /** The rules' names at their lines' ends. */
  private labels(plot: uPlot, theme: Theme, looks: readonly number[], bands: boolean): void {
    if (plot.width <= WIDE) return;
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const ends = this.names.map(
      (_, i) => (plot.data[(bands ? 3 : 1) * i + 1] as (number | null)[]).findLast((value) => value !== null) ?? null,
    );
    const tops = apart(
      ends.map((end) => Math.min(Math.max(plot.valToPos(end ?? 1, "y", true), bbox.top), bbox.top + bbox.height)),
      14 * ratio,
      bbox.top,
      bbox.top + bbox.height,
    );
    ctx.save();
    ctx.font = `600 ${12 * ratio}px system-ui, 'Noto Sans CJK SC', sans-serif`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    this.names.forEach((name, i) => {
      ctx.fillStyle = colour(looks[i] ?? i, theme);
      ctx.fillText(name, bbox.left + bbox.width + 6 * ratio, tops[i] as number);
    });
    ctx.restore();
  }

  /** A line at the step that is looked at. */
  private marker(plot: uPlot, theme: Theme): void {
    const x = plot.valToPos(this.at, "x", true);
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
}

/** Of the ticks those that are powers of ten, and of these every second, third, ... where they are many. */
function decades(plot: uPlot, ticks: number[]): (number | null)[] {
  const power = (tick: number): number => Math.round(Math.log10(tick));
  const whole = ticks.filter((tick) => Math.abs(Math.log10(tick) - power(tick)) < 1e-6);
  const every = Math.ceil((26 * whole.length) / Math.max(plot.bbox.height / devicePixelRatio, 1));
  return ticks.map((tick) => (whole.includes(tick) && power(tick) % every === 0 ? tick : null));
}

function positive(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) && value > 0 ? Math.max(value, LEAST) : null));
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

/** The axis: at most 14 decades, so that one rule that ends at 1e-30 does not flatten the others. */
function limits(low: number | null, high: number | null): [number, number] {
  const top = Math.min(high ?? 1, 1e12);
  const bottom = Math.max(low ?? top / 10, top * 1e-14);
  return [10 ** Math.floor(Math.log10(bottom)), 10 ** Math.ceil(Math.log10(top) + 1e-9)];
}
