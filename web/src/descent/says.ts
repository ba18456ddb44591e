// What each rule does, in words: on its card, and for those who hear the page.

import { button, fill } from "../dom.ts";
import { rounded, shown as written } from "../scale.ts";
import { named, type Words } from "../words/index.ts";
import type { Shown, Way } from "./model.ts";
import type { Scene } from "./scene.ts";
import type { Settings } from "./settings.ts";

/** Fill the lines of the cards; `limits` are the largest stable step sizes, null where there is none. */
export function fillSays(
  settings: Settings,
  lines: readonly HTMLElement[],
  shown: Shown,
  limits: readonly (number | null)[],
): void {
  const words = settings.context.words();
  const { rules, target } = settings.state;
  shown.ways.forEach((way, i) => {
    const line = lines[i];
    if (!line || !rules[i]) return;
    const [told, note] = [words.regime(way.regime) + reached(way, target, words), limitNote(settings, i, limits[i])];
    if (line.textContent !== told + (note?.textContent ?? "")) fill(line, told, note);
  });
}

function reached(way: Way, target: number | null, words: Words): string {
  if (target === null || way.hit === undefined) return "";
  return `; ${words.reached(way.hit, way.stays ?? null, written(target))}`;
}

/** "stable up to 0.5", which sets that step size when it is clicked. */
function limitNote(settings: Settings, place: number, limit: number | null | undefined): HTMLElement | null {
  if (limit === null || limit === undefined) return null;
  const rate = settings.state.rules[place]?.values["learning_rate"];
  const text = settings.context.words().limit(written(limit, 3), typeof rate === "number" && rate > limit * 1.0001);
  const set = (): void =>
    settings.changeRule(place, { values: { ...settings.state.rules[place]?.values, learning_rate: rounded(limit, 3) } });
  return button(text, `${place}.limit`, set, { class: "note" });
}

/** The whole picture in a sentence. */
export function summaryOf({ shown, names, at }: Scene, words: Words): string {
  const each = shown.ways.map((way, i) =>
    words.ends(names[i] ?? way.rule, written(way.losses[at] ?? null), words.regime(way.regime)),
  );
  return words.summary(named(words.surface, shown.problem), at, each);
}
