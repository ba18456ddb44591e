// What the controls and the cards of the view Stability read and change.

import type { RuleChoice } from "../catalogue.ts";
import { ViewSettings } from "../settings.ts";
import { named } from "../words/index.ts";

export class Settings extends ViewSettings<"stability"> {
  protected readonly view = "stability";

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
