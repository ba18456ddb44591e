// The view Functions: activations with their slopes, losses and schedules, and a cursor that reads them.

import type { Span } from "../axes.ts";
import type { Context, View } from "../context.ts";
import { fill, h } from "../dom.ts";
import { Drawing } from "../drawing.ts";
import { table, type Frame } from "../frame.ts";
import { shown as written } from "../scale.ts";
import { Tools } from "../tools.ts";
import { Trouble } from "../trouble.ts";
import { Watch } from "../watch.ts";
import { named } from "../words/index.ts";
import { controls } from "./controls.ts";
import { Cursor } from "./cursor.ts";
import { Hero } from "./hero.ts";
import { csvOf, plotsOf, type Plot } from "./model.ts";
import { readings, sentence, tableOf } from "./readings.ts";
import { Settings } from "./settings.ts";

export class Functions implements View {
  readonly element = h("div", { class: "view functions" });
  private readonly context: Context;
  private readonly settings: Settings;
  private readonly cursor: Cursor;
  private readonly tools: Tools;
  private readonly hero = new Hero((place) => this.cursor.moveTo(place));
  private readonly question = h("p", { class: "question" });
  private readonly trouble = new Trouble();
  private readonly reading = h("div", {});
  private readonly values = h("div", { class: "scroll", role: "region", tabindex: 0 });
  private readonly controls = h("div", { class: "controls" });
  private readonly drawing = new Drawing(() => this.draw());
  private readonly asked = new Watch();
  private readonly shape = new Watch();
  private frame: Frame | null = null;

  constructor(context: Context) {
    this.context = context;
    this.settings = new Settings(context);
    this.cursor = new Cursor(this.settings, () => this.ends());
    this.tools = new Tools(context, "functions_code", () => ({ ...this.settings.request, at: this.cursor.at }), {
      name: () => `descend-${this.settings.group.name}`,
      canvases: [this.hero.curves, this.hero.slopes],
      svg: () => this.svg(),
      csv: () => this.frame && csvOf(this.plots(this.frame)),
    });
    const { curves, slopes } = this.hero;
    const stage = [this.question, curves, slopes, this.trouble.element, this.reading, this.values, this.tools.element];
    this.element.append(h("div", { class: "stage" }, ...stage), this.controls);
    context.link.take("functions", (frame) => this.taken(frame));
  }

  update(): void {
    const { names, group, request, sliders } = this.settings;
    const words = this.context.words();
    if (this.asked.changed(request)) this.context.link.ask("functions", request);
    this.question.textContent = named(words.functions.question, group.name);
    this.values.setAttribute("aria-label", words.table);
    if (this.shape.changed([words.code, group.name, names])) this.build();
    sliders.follow();
    this.tools.update();
    this.trouble.say(words);
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
    this.frame = frame;
    this.update();
  }

  private build(): void {
    this.settings.sliders.clear();
    fill(this.controls, ...controls(this.settings));
    fill(this.reading, this.cursor.slider());
  }

  /** Where the axis begins and ends. */
  private ends(): Span {
    const x = this.frame && table(this.frame, "x").values;
    return [x?.[0] ?? 0, x?.at(-1) ?? 1];
  }

  private plots(frame: Frame): Plot[] {
    return plotsOf(frame, this.settings.group, this.context.words());
  }

  private draw(): void {
    const { frame, cursor, settings } = this;
    if (!frame || frame.header["group"] !== settings.group.name) return; // the next picture is on its way
    const words = this.context.words();
    const plots = this.plots(frame);
    const read = readings(plots, cursor.at);
    const { groups, axis } = words.functions;
    const where = `${named(axis, settings.group.name)} ${written(cursor.at)}`;
    this.hero.draw(plots, this.context.theme(), cursor.at);
    this.hero.curves.setAttribute("aria-label", `${named(groups, settings.group.name)}. ${where}: ${sentence(read, words)}.`);
    fill(this.values, tableOf(read, plots));
  }

  private svg(): string | null {
    return this.frame && this.hero.svg(this.plots(this.frame), this.context.theme(), this.cursor.at);
  }
}
