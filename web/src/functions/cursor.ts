// The cursor: where on the axis the curves are read.

import { Axes, type Span } from "../axes.ts";
import type { Place } from "../drag.ts";
import { rounded } from "../scale.ts";
import { named } from "../words/index.ts";
import { MARGIN } from "./plot.ts";
import type { Settings } from "./settings.ts";

export class Cursor {
  private readonly settings: Settings;
  private readonly ends: () => Span;

  /** `ends` gives where the axis begins and ends. */
  constructor(settings: Settings, ends: () => Span) {
    [this.settings, this.ends] = [settings, ends];
  }

  /** Where it stands: where the state says none, past the middle. */
  get at(): number {
    const [low, high] = this.ends();
    return Math.min(Math.max(this.settings.state.at ?? low + 0.6 * (high - low), low), high);
  }

  slider(): HTMLElement {
    const { settings } = this;
    return settings.sliders.add(
      "",
      named(settings.context.words().functions.axis, settings.group.name),
      "at",
      () => ({ scale: "linear", low: this.ends()[0], high: this.ends()[1] }),
      () => rounded(this.at, 4),
      (at) => settings.change({ at }),
    );
  }

  /** Move it to a place on a picture. */
  moveTo({ left, width }: Place): void {
    const axes = new Axes(this.ends(), [0, 1], width - MARGIN.left - MARGIN.right, 1);
    const [at] = axes.under(Math.min(Math.max(left - MARGIN.left, 0), axes.width), 0);
    if (Number.isFinite(at)) this.settings.change({ at: rounded(at, 3) });
  }
}
