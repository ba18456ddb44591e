// The view Stability: the map of a rule's growth, probes to drag over it, and the curve of each.

import { codeButton, offerCode } from "../code.ts";
import type { Context, View } from "../context.ts";
import { fill, h } from "../dom.ts";
import { Drawing } from "../drawing.ts";
import type { Frame } from "../frame.ts";
import { saves } from "../save.ts";
import { Trouble } from "../trouble.ts";
import { Card } from "./card.ts";
import { controls } from "./controls.ts";
import { Hero } from "./hero.ts";
import { csvOf, shownBy, type Shown } from "./model.ts";
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
  private readonly tools = h("div", { class: "tools" });
  private readonly controls = h("div", { class: "controls" });
  private readonly drawing = new Drawing(() => this.draw());
  private cards: readonly Card[] = [];
  private shown: Shown | null = null;
  private asked = "";
  private shape = "";

  constructor(context: Context) {
    this.context = context;
    this.settings = new Settings(context);
    this.hero = new Hero(this.settings, () => this.shown?.growth ?? null);
    const stage = [this.question, this.hero.element, this.trouble.element, this.key, this.probes, this.tools];
    this.element.append(h("div", { class: "stage" }, ...stage), this.controls);
    context.link.take("stability", (frame) => this.taken(frame));
    offerCode(context, "stability_code");
  }

  update(): void {
    const { state, sliders } = this.settings;
    const words = this.context.words();
    this.question.textContent = words.stability.question(this.shown?.growth.linear ?? true);
    const asked = JSON.stringify(state);
    if (asked !== this.asked) {
      this.asked = asked;
      this.context.link.ask("stability", state);
    }
    const rates = this.shown?.growth.rates;
    const shape = JSON.stringify([words.code, this.context.theme().name, state.rule, state.across, state.probes.length, rates]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    sliders.follow();
    this.drawing.soon();
  }

  resize(): void {
    this.drawing.soon();
  }

  destroy(): void {
    this.drawing.stop();
  }

  private taken(frame: Frame): void {
    if (this.trouble.found(frame, this.context.words())) return;
    this.shown = shownBy(frame);
    this.update();
  }

  private build(): void {
    const { settings } = this;
    settings.sliders.clear();
    fill(this.controls, controls(settings));
    this.cards = settings.state.probes.map((_, i) => new Card(settings, i, this.shown?.growth ?? null));
    fill(this.probes, ...this.cards.map(({ element }) => element));
    const saved = {
      name: "descend-stability",
      canvas: this.hero.element,
      svg: () => this.shown && this.hero.svg(this.shown.growth),
      csv: () => this.shown && csvOf(this.shown.growth, settings.state.across),
    };
    fill(this.tools, codeButton(this.context, "stability_code", () => settings.state), saves(this.context, saved));
  }

  private draw(): void {
    const { shown } = this;
    if (!shown) return;
    const words = this.context.words().stability;
    this.hero.draw(shown.growth);
    this.key.textContent = `${words.hint} ${words.key(shown.growth.linear)}. ${words.linear(shown.growth.linear)}.`;
    const said = this.cards.map((card, i) => (shown.probes[i] ? card.draw(shown.probes[i]) : ""));
    this.hero.element.setAttribute("aria-label", `${words.picture}. ${said.join(" ")}`);
  }
}
