// What the controls and the cards read and change: the view's state, and the sliders that follow it.

import type { RuleChoice } from "../catalogue.ts";
import type { Context } from "../context.ts";
import { Sliders } from "../sliders.ts";
import type { StabilityState } from "../state.ts";
import { named } from "../words/index.ts";

export class Settings {
  readonly context: Context;
  readonly sliders = new Sliders();

  constructor(context: Context) {
    this.context = context;
  }

  get state(): StabilityState {
    return this.context.state().stability;
  }

  change(patch: Partial<StabilityState>): void {
    this.context.change({ stability: { ...this.state, ...patch } });
  }

  /** Move one probe. */
  changeProbe(place: number, to: readonly [number, number]): void {
    this.change({ probes: this.state.probes.map((probe, i) => (i === place ? to : probe)) });
  }

  get mappable(): readonly RuleChoice[] {
    return this.context.catalogue().rules.filter(({ against }) => against.length);
  }

  get rule(): RuleChoice {
    return this.mappable.find(({ name }) => name === this.state.rule) ?? (this.mappable[0] as RuleChoice);
  }

  /** What the two axes are called. */
  get names(): [string, string] {
    const words = this.context.words();
    return [named(words.numbers, "learning_rate"), named(words.numbers, this.state.across)];
  }
}
