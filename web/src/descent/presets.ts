// Pictures one click away.

import type { Preset } from "../catalogue.ts";
import { button, h } from "../dom.ts";
import { named } from "../words/index.ts";
import type { Settings } from "./settings.ts";

export function presets(settings: Settings): HTMLElement {
  const words = settings.context.words();
  const each = settings.context.catalogue().presets.map((preset) =>
    button(named(words.preset, preset.name), `preset.${preset.name}`, () => take(settings, preset), {
      "aria-pressed": String(settings.state.preset === preset.name),
      class: "chip",
    }),
  );
  return h("section", { "aria-label": words.presets, class: "chips" }, ...each);
}

function take(settings: Settings, preset: Preset): void {
  const rules = (preset.state.rules ?? []).map((rule, look) => ({ ...rule, look }));
  settings.change({
    options: {},
    start: null,
    noise: 0,
    seed: 0,
    target: null,
    at: null,
    ...preset.state,
    rules,
    preset: preset.name,
  });
}
