// What a person may set: the presets, the rules and the surface.

import { fill, h } from "../dom.ts";
import { Watch } from "../watch.ts";
import { presets } from "./presets.ts";
import { rules } from "./rules.ts";
import type { Settings } from "./settings.ts";
import { surfaces } from "./surfaces.ts";

export class Controls {
  readonly element = h("div", { class: "controls" });
  /** The presets, which stand above the picture. */
  readonly chips = h("div", {});
  /** One line a rule, filled by the view: what the rule does, and its limit. */
  says: readonly HTMLElement[] = [];
  private readonly settings: Settings;
  private readonly shape = new Watch();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Rebuild where something came or went, otherwise only move the sliders. */
  update(): void {
    const { settings } = this;
    const { context, sliders } = settings;
    if (!this.shape.changed(this.rough())) return sliders.follow();
    sliders.clear();
    this.says = settings.state.rules.map(() => h("p", { class: "says" }));
    fill(this.chips, !context.hidden("presets") && presets(settings));
    fill(this.element, !context.hidden("rules") && rules(settings, this.says), !context.hidden("surfaces") && surfaces(settings));
  }

  /** All but the numbers. */
  private rough(): unknown[] {
    const { context, state } = this.settings;
    const rules = state.rules.map(({ rule, values, schedule, look }) => [
      rule,
      look,
      schedule?.name,
      Object.keys(values).filter((name) => typeof values[name] === "boolean" && values[name]),
    ]);
    const { problem, preset, options } = state;
    return [context.words().code, context.theme().name, problem, preset, options["text"], rules, context.state().hide];
  }
}
