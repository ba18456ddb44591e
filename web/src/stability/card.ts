// A probe's card: where it is, how the rule moves there, and what that is called.

import { CanvasPen } from "../canvas.ts";
import { button, h } from "../dom.ts";
import { shown as written, type Range } from "../scale.ts";
import { named } from "../words/index.ts";
import { drawCurve } from "./curve.ts";
import { descend } from "./descend.ts";
import type { Growth, Probe } from "./model.ts";
import type { Settings } from "./settings.ts";

export class Card {
  readonly element: HTMLElement;
  private readonly settings: Settings;
  private readonly place: number;
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private readonly says = h("p", { class: "says" });

  /** `growth` gives the map that is there, if any. */
  constructor(settings: Settings, place: number, growth: () => Growth | null) {
    [this.settings, this.place] = [settings, place];
    const words = settings.context.words();
    this.element = h(
      "div",
      { class: "card" },
      h("h2", {}, words.stability.probe(place + 1)),
      this.canvas,
      this.says,
      this.slider(0, () => ratesOf(growth()), (next) => Math.max(next, 0)),
      this.slider(1, { scale: "linear", low: 0, high: 0.99 }, (next) => Math.min(Math.max(next, 0), 0.999)),
      button(words.stability.use, `probe${place}.use`, () => descend(settings, this.at)),
    );
  }

  /** Draw the curve, and return where the probe is and what the rule does there, in words. */
  draw(probe: Probe): string {
    const words = this.settings.context.words();
    const growth = words.stability.growth(written(probe.growth ?? Infinity, 3));
    const moves = probe.size > 0 ? words.stability.circles(written(probe.size, 2)) : growth;
    const title = (probe.error && words.error(probe.error)) ?? `${named(words.stability.says, probe.regime.kind)}, ${moves}`;
    this.says.textContent = title;
    const width = Math.max(this.canvas.clientWidth, 120);
    if (!probe.error) drawCurve(new CanvasPen(this.canvas, width, 96), probe.distances, this.settings.context.theme());
    const [rate, other] = this.settings.names;
    const where = `${rate} ${written(this.at[0])}, ${other} ${written(this.at[1])}`;
    return `${words.stability.probe(this.place + 1)}, ${where}: ${title}.`;
  }

  private get at(): readonly [number, number] {
    return this.settings.state.probes[this.place] as readonly [number, number];
  }

  private slider(axis: 0 | 1, range: Range | (() => Range), within: (next: number) => number): HTMLElement {
    const { settings, place } = this;
    return settings.sliders.add(
      settings.context.words().stability.probe(place + 1),
      settings.names[axis],
      `probe${place}.${axis}`,
      range,
      () => this.at[axis],
      (next) => settings.changeProbe(place, axis ? [this.at[0], within(next)] : [within(next), this.at[1]]),
    );
  }
}

/** The learning rates of the map, as a slider has them. */
function ratesOf(growth: Growth | null): Range {
  const [low, high] = growth?.rates ?? [0, 1.25];
  return { scale: growth?.linear === false ? "log" : "linear", low, high };
}
