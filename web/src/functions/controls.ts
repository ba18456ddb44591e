// What is shown: the group of curves, which of them, and the group's numbers.

import type { FunctionGroup } from "../catalogue.ts";
import { button, h } from "../dom.ts";
import { named } from "../words/index.ts";
import type { Settings } from "./settings.ts";

export function controls(settings: Settings): (HTMLElement | false)[] {
  const words = settings.context.words();
  const { numbers } = settings.group;
  return [
    h("section", { class: "chips", "aria-label": words.tabs["functions"] ?? "" }, ...groups(settings)),
    h(
      "section",
      { "aria-label": words.functions.shown },
      h("h2", {}, words.functions.shown),
      h("div", { class: "chips" }, ...curves(settings)),
    ),
    numbers.length > 0 && h("section", {}, ...numbers.map((one) => number(settings, one))),
  ];
}

function groups(settings: Settings): HTMLElement[] {
  const words = settings.context.words().functions.groups;
  return settings.context.catalogue().functions.map(({ name }) =>
    chip(named(words, name), `group.${name}`, name === settings.group.name, () =>
      settings.change({ group: name, names: null, values: {}, at: null }),
    ),
  );
}

function curves(settings: Settings): HTMLElement[] {
  const words = settings.context.words().functions.curves;
  return settings.group.curves.map((name) =>
    chip(named(words, name), `curve.${name}`, settings.names.includes(name), () => settings.toggle(name)),
  );
}

function chip(text: string, key: string, pressed: boolean, act: () => void): HTMLElement {
  return button(text, key, act, { class: "chip", "aria-pressed": String(pressed) });
}

function number(settings: Settings, { name, low, high, default: usual }: FunctionGroup["numbers"][number]): HTMLElement {
  const words = settings.context.words();
  return settings.sliders.add(
    "",
    named({ ...words.numbers, steps: words.steps, ...words.functions.numbers }, name),
    name,
    { scale: name === "learning_rate" ? "log" : "linear", low, high },
    () => settings.state.values[name] ?? usual,
    (next) => settings.change({ values: { ...settings.state.values, [name]: Math.min(Math.max(next, low), high) } }),
  );
}
