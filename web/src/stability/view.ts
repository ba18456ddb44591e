// The view Stability: the map of a rule's growth, probes to drag over it, and the curve of each.

import type { Context, View } from "../context.ts";
import { fill, h } from "../dom.ts";
import { Drawing } from "../drawing.ts";
import type { Frame } from "../frame.ts";
import type { StabilityState } from "../state.ts";
import { Tools } from "../tools.ts";
import { Trouble } from "../trouble.ts";
import { Watch } from "../watch.ts";
import { Card } from "./card.ts";
import { controls } from "./controls.ts";
import { Hero } from "./hero.ts";
import { csvOf, shownBy, type Growth, type Shown } from "./model.ts";
import { Settings } from "./settings.ts";

export class Stability implements View {
  readonly element = h("div", { class: "view stability" });
  private readonly context: Context;
  private readonly settings: Settings;
  private readonly hero: Hero;
  private readonly question = h("p", { class: "question" });
  private readonly trouble = new Trouble();
  private readonly key = h("p", { class: "hint" });
  private readonly probes = h("div", { class: "probes" });
  private readonly tools: Tools;
  private readonly controls = h("div", { class: "controls" });
  private readonly drawing = new Drawing(() => this.draw());
  private readonly growth = (): Growth | null => this.shown?.growth ?? null;
  private cards: readonly Card[] = [];
  private shown: Shown | null = null;
  private mapped: string | null = null; // the rule that is shown
  private readonly asked = new Watch();
  private readonly shape = new Watch();

  constructor(context: Context) {
    this.context = context;
    this.settings = new Settings(context);
    this.hero = new Hero(this.settings, this.growth);
    this.tools = new Tools(context, "stability_code", () => this.settings.state, {
      name: () => "descend-stability",
      canvases: [this.hero.element],
      svg: () => this.shown && this.hero.svg(this.shown.growth),
      csv: () => this.shown && csvOf(this.shown.growth, this.settings.state.across),
    });
    const stage = [this.question, this.hero.element, this.trouble.element, this.key, this.probes, this.tools.element];
    this.element.append(h("div", { class: "stage" }, ...stage), this.controls);
    context.link.take("stability", (frame, asked) => this.taken(frame, (asked as StabilityState).rule));
  }

  update(): void {
    const { state, sliders } = this.settings;
    const words = this.context.words();
    this.trouble.say(words);
    this.question.textContent = words.stability.question(this.shown?.growth.linear ?? true);
    if (this.asked.changed(state)) this.context.link.ask("stability", state);
    if (this.shape.changed([words.code, state.rule, state.across, state.probes.length])) this.build();
    sliders.follow();
    this.hero.element.classList.toggle("waiting", this.mapped !== null && this.mapped !== state.rule);
    this.tools.update();
    this.drawing.soon();
  }

  resize(): void {
    this.drawing.soon();
  }

  destroy(): void {
    this.drawing.stop();
  }

  private taken(frame: Frame, rule: string): void {
    if (this.trouble.found(frame, this.context.words())) return;
    this.shown = shownBy(frame);
    this.mapped = rule;
    this.update();
  }

  private build(): void {
    const { settings } = this;
    settings.sliders.clear();
    fill(this.controls, controls(settings));
    this.cards = settings.state.probes.map((_, i) => new Card(settings, i, this.growth));
    fill(this.probes, ...this.cards.map(({ element }) => element));
  }

  private draw(): void {
    const { shown } = this;
    if (!shown) return;
    const words = this.context.words().stability;
    this.hero.draw(shown.growth);
    this.key.textContent = `${words.hint} ${words.key(shown.growth.linear)} ${words.linear(shown.growth.linear)}`;
    const said = this.cards.map((card, i) => (shown.probes[i] ? card.draw(shown.probes[i]) : ""));
    this.hero.element.setAttribute("aria-label", `${words.picture}. ${said.join(" ")}`);
  }
}
