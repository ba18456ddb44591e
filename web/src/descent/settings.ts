// What the controls read and change: the view's state, and the sliders that follow it.

import type { ProblemChoice, RuleChoice } from "../catalogue.ts";
import type { Context } from "../context.ts";
import { Sliders } from "../sliders.ts";
import type { Contender, DescentState } from "../state.ts";

export class Settings {
  readonly context: Context;
  readonly sliders = new Sliders();

  constructor(context: Context) {
    this.context = context;
  }

  get state(): DescentState {
    return this.context.state().descent;
  }

  change(patch: Partial<DescentState>): void {
    this.context.change({ descent: { ...this.state, ...patch } });
  }

  /** Change one rule. */
  changeRule(place: number, patch: Partial<Contender>): void {
    this.change({ rules: this.state.rules.map((rule, i) => (i === place ? { ...rule, ...patch } : rule)) });
  }

  get problem(): ProblemChoice {
    return this.context.catalogue().problems.find(({ name }) => name === this.state.problem) as ProblemChoice;
  }

  choiceOf(rule: Contender): RuleChoice {
    const { rules } = this.context.catalogue();
    return rules.find(({ name }) => name === rule.rule) ?? (rules[0] as RuleChoice);
  }
}
