// What is mapped: the rule, the number beside its learning rate, the curvature, and the numbers that the map does not show.

import { choice, h } from "../dom.ts";
import { named } from "../words/index.ts";
import type { Settings } from "./settings.ts";

export function controls(settings: Settings): HTMLElement {
  const words = settings.context.words();
  return h(
    "section",
    { "aria-label": words.stability.rule },
    h("h2", {}, words.stability.rule),
    ruleChoice(settings),
    h("label", { class: "pick" }, `${words.stability.across} `, acrossChoice(settings)),
    curvature(settings),
    others(settings),
  );
}

function ruleChoice(settings: Settings): HTMLElement {
  return choice(
    settings.context.words().stability.rule,
    "map.rule",
    settings.mappable.map(({ name }) => [name, name.replaceAll("_", " ")]),
    settings.rule.name,
    (name) => take(settings, name),
  );
}

function take(settings: Settings, name: string): void {
  const { across } = settings.state;
  const against = settings.mappable.find((rule) => rule.name === name)?.against ?? [];
  settings.change({ rule: name, values: {}, across: against.includes(across) ? across : (against[0] ?? "") });
}

function acrossChoice(settings: Settings): HTMLElement {
  const words = settings.context.words();
  return choice(
    words.stability.across,
    "map.across",
    settings.rule.against.map((name) => [name, named(words.numbers, name)]),
    settings.state.across,
    (name) => settings.change({ across: name }),
  );
}

function curvature(settings: Settings): HTMLElement {
  return settings.sliders.add(
    "",
    settings.context.words().stability.curvature,
    "curvature",
    { scale: "log", low: 0.1, high: 40 },
    () => settings.state.curvature,
    (next) => settings.change({ curvature: Math.min(Math.max(next, 0.01), 900) }),
  );
}

/** Sliders of the numbers that the map does not show. */
function others(settings: Settings): HTMLElement | null {
  const { rule, state } = settings;
  const words = settings.context.words();
  const numbers = rule.numbers.filter(({ name, later }) => name !== "learning_rate" && name !== state.across && !later);
  if (!numbers.length) return null;
  const each = numbers.map((number) =>
    settings.sliders.add(
      rule.name,
      named(words.numbers, number.name),
      number.name,
      number,
      () => settings.state.values[number.name] ?? number.default,
      (next) => settings.change({ values: { ...settings.state.values, [number.name]: next } }),
    ),
  );
  return h("div", {}, ...each);
}
