// The view Descent: the surface with every rule's way, the losses beneath, and what may be set beside.

import type { Context, View } from "../context.ts";
import { h, roomFor, tell } from "../dom.ts";
import { Drawing } from "../drawing.ts";
import type { Frame } from "../frame.ts";
import type { DescentState } from "../state.ts";
import { Tools } from "../tools.ts";
import { Trouble } from "../trouble.ts";
import { named } from "../words/index.ts";
import { Asking } from "./asking.ts";
import { Controls } from "./controls.ts";
import { Figures } from "./figures.ts";
import { Hero } from "./hero.ts";
import { Losses } from "./losses.ts";
import { shownBy, type Field, type Shown } from "./model.ts";
import { Says } from "./says.ts";
import { sceneOf, type Scene } from "./scene.ts";
import { Settings } from "./settings.ts";
import { Transport } from "./transport.ts";

export class Descent implements View {
  readonly element = h("div", { class: "view descent" });
  private readonly context: Context;
  private readonly settings: Settings;
  private readonly asking: Asking;
  private readonly controls: Controls;
  private readonly figures: Figures;
  private readonly says: Says;
  private readonly tools: Tools;
  private readonly question = h("p", { class: "question" });
  private readonly hint = h("p", { class: "hint" });
  private readonly trouble = new Trouble();
  private readonly hero = new Hero(
    () => this.movable(),
    (start) => this.settings.change({ start, at: null, preset: null }),
  );
  private readonly transport = new Transport((at) => this.settings.change({ at: at === this.settings.state.steps ? null : at }));
  private readonly losses = new Losses((step) => this.settings.change({ at: this.within(step) }));
  private readonly drawing = new Drawing(() => this.from((scene) => this.draw(scene)));
  private shown: Shown | null = null;
  private field: Field | null = null;

  constructor(context: Context) {
    this.context = context;
    this.settings = new Settings(context);
    this.asking = new Asking(this.settings);
    this.controls = new Controls(this.settings);
    this.figures = new Figures(this.settings);
    this.says = new Says(this.settings);
    this.tools = new Tools(context, "code", () => this.asking.request(), {
      name: () => `descend-${this.settings.state.problem}`,
      canvases: [this.hero.element],
      svg: () => this.from((scene) => this.hero.svg(scene)),
      csv: () => this.from((scene) => this.figures.csv(scene)),
    });
    const stage = h(
      "div",
      { class: "stage" },
      this.controls.chips,
      this.question,
      this.hero.element,
      this.trouble.element,
      this.hint,
      this.transport.element,
      this.losses.element,
      this.tools.element,
      this.figures.element,
      this.says.heard,
    );
    this.element.append(stage, this.controls.element);
    context.link.take("descent", (frame) => this.taken(frame));
    context.link.take("limits", (frame, asked) => this.bounded(frame, asked as DescentState));
  }

  update(): void {
    const { state } = this.settings;
    const words = this.context.words();
    this.controls.update();
    this.trouble.say(words);
    tell(this.question, named(words.question, state.preset ?? ""));
    const [ways, plane] = [this.shown?.ways ?? [], this.shown?.bounds.length === 2];
    const glyphs = plane && ways.some(({ slots }) => slots.length) ? words.glyphs : "";
    const trials = plane && ways.some((way) => way.trials?.some(Number.isFinite)) ? words.trials : "";
    const model = ways.some((way) => way.model) ? words.model : "";
    const star = this.shown?.optimum ? words.star : "";
    const hint = this.settings.problem.start === null ? words.regression : words.hint;
    tell(this.hint, [hint, star, glyphs, trials, model].filter(Boolean).join(" "));
    this.hero.element.classList.toggle("waiting", this.shown !== null && this.shown.problem !== state.problem);
    this.transport.element.hidden = this.context.hidden("transport");
    this.tools.update();
    this.asking.update(this.field?.name ?? null);
    this.drawing.soon();
  }

  resize(): void {
    this.drawing.soon();
  }

  destroy(): void {
    this.asking.stop();
    this.drawing.stop();
    this.transport.stop();
    this.losses.destroy();
  }

  // Answers

  private taken(frame: Frame): void {
    const failed = this.trouble.found(frame, this.context.words());
    this.hero.element.classList.toggle("stale", failed);
    if (failed) return;
    const shown = shownBy(frame, this.field);
    if (!shown) return this.asking.whole(); // it counted on a field that is gone
    this.shown = shown;
    this.field = shown.field;
    this.update();
  }

  private bounded(frame: Frame, asked: DescentState): void {
    this.says.bound((frame.header["limits"] as (number | null)[] | undefined) ?? [], asked);
    this.from((scene) => this.say(scene));
  }

  // Drawing

  /** What is made of the scene, where there is one. */
  private from<T>(make: (scene: Scene) => T): T | null {
    return this.shown && make(sceneOf(this.shown, this.context));
  }

  private draw(scene: Scene): void {
    if (scene.shown.ways.length !== scene.looks.length) return; // the next picture is on its way
    this.hero.draw(scene);
    this.losses.draw(scene, roomFor(this.hero.element), Math.max(130, Math.min(190, 0.22 * innerHeight)));
    this.transport.update(scene.at, scene.shown.steps, this.context.words());
    this.say(scene);
    this.figures.draw(scene);
  }

  private say(scene: Scene): void {
    const words = this.context.words();
    const summary = this.says.say(scene, this.controls.says);
    this.hero.element.setAttribute("aria-label", `${words.picture}. ${summary}`);
    this.losses.element.setAttribute("aria-label", `${words.losses}. ${summary}`);
  }

  // Moving about

  private within(step: number): number {
    return Math.min(Math.max(step, 0), this.settings.state.steps);
  }

  /** Not while the next surface is on its way. */
  private movable(): Shown | null {
    return this.shown?.movable && this.shown.problem === this.settings.state.problem ? this.shown : null;
  }
}
