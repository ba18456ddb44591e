// What each rule does, in words: on its card, and for those who hear the page.

import { button, fill, h, tell } from "../dom.ts";
import { rounded, shown as written } from "../scale.ts";
import { named, type Words } from "../words/index.ts";
import type { Way } from "./model.ts";
import type { Scene } from "./scene.ts";
import type { Settings } from "./settings.ts";
import type { DescentState } from "../state.ts";

const QUIET = 400; // milliseconds without a new picture, before it is read out: a drag would be a chatter

export class Says {
  /** What is heard when a whole picture has changed. */
  readonly heard = h("p", { class: "unseen", "aria-live": "polite" });
  private limits = new Map<string, number | null>(); // the largest stable learning rates, by what they hold for
  private readonly settings: Settings;
  private waiting = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Take the largest stable learning rates, null where there is none, of the rules of a request. */
  bound(limits: readonly (number | null)[], asked: Bounded): void {
    this.limits = new Map(asked.rules.map((rule, i) => [bounds(asked, rule), limits[i] ?? null]));
  }

  /** Fill the lines of the cards, and return the whole picture in a sentence. */
  say(scene: Scene, lines: readonly HTMLElement[]): string {
    const words = this.settings.context.words();
    const { rules, target, at } = this.settings.state;
    scene.shown.ways.forEach((way, i) => {
      if (!lines[i] || !rules[i]) return;
      if (way.rule !== rules[i].rule) return void fill(lines[i]); // its way is still to come
      const text = words.regime(way.regime) + reached(way, target, words);
      const note = limitNote(this.settings, i, this.limits.get(bounds(this.settings.state, rules[i])));
      if (lines[i].textContent !== text + (note ? ` ${note.textContent}` : "")) fill(lines[i], text, note && " ", note);
    });
    const summary = summaryOf(scene, words);
    clearTimeout(this.waiting);
    if (at === null) this.waiting = window.setTimeout(() => tell(this.heard, summary), QUIET);
    return summary;
  }
}

type Bounded = Pick<DescentState, "problem" | "options" | "rules">;

/** All that a rule's largest stable learning rate depends on: not the learning rate, unless a schedule has it. */
function bounds({ problem, options }: Bounded, { rule, values, schedule }: Bounded["rules"][number]): string {
  const { learning_rate: rate, ...others } = values;
  const sorted = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([problem, options, rule, sorted, schedule ? [schedule, rate] : null]);
}

function reached(way: Way, target: number | null, words: Words): string {
  if (target === null || way.hit === undefined) return "";
  return `; ${words.reached(way.hit, way.stays ?? null, written(target))}`;
}

/** "stable up to 0.5", which sets that learning rate when it is clicked. */
function limitNote(settings: Settings, place: number, limit: number | null | undefined): HTMLElement | null {
  if (limit === null || limit === undefined) return null;
  const rate = settings.state.rules[place]?.values["learning_rate"];
  const text = settings.context.words().limit(written(limit, 3), typeof rate === "number" && rate > limit * 1.0001);
  const set = (): void =>
    settings.changeRule(place, { values: { ...settings.state.rules[place]?.values, learning_rate: rounded(limit, 3) } });
  return button(text, `${place}.limit`, set, { class: "note" });
}

function summaryOf({ shown, names, at }: Scene, words: Words): string {
  const each = shown.ways.map((way, i) =>
    words.ends(names[i] ?? way.rule, written(way.losses[at] ?? null), words.regime(way.regime)),
  );
  return words.summary(named(words.surface, shown.problem), at, each);
}
