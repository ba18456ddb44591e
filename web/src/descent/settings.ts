// What the controls of the view Descent read and change.

import type { ProblemChoice, RuleChoice } from "../catalogue.ts";
import { ViewSettings } from "../settings.ts";
import type { Contender } from "../state.ts";

export class Settings extends ViewSettings<"descent"> {
  protected readonly view = "descent";

  /** Change one rule. */
  changeRule(place: number, patch: Partial<Contender>): void {
    this.change({ rules: this.state.rules.map((rule, i) => (i === place ? { ...rule, ...patch } : rule)) });
  }

  get problem(): ProblemChoice {
    const { problems } = this.context.catalogue();
    return problems.find(({ name }) => name === this.state.problem) ?? (problems[0] as ProblemChoice);
  }

  choiceOf(rule: Contender): RuleChoice {
    const { rules } = this.context.catalogue();
    return rules.find(({ name }) => name === rule.rule) ?? (rules[0] as RuleChoice);
  }
}
