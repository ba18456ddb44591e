// The view Descent: the surface with every rule's way, the losses beneath, and what may be set beside.

import type { Context, View } from "../context.ts";
import { button, fill, h } from "../dom.ts";
import type { Frame } from "../frame.ts";
import { CanvasPen, SvgPen } from "../pen.ts";
import { namesOf } from "../names.ts";
import { saves } from "../save.ts";
import { rounded, shown as written } from "../scale.ts";
import type { DescentState } from "../state.ts";
import { named } from "../words/index.ts";
import { Controls } from "./controls.ts";
import { Losses } from "./losses.ts";
import { shownBy, type Field, type Shown } from "./model.ts";
import { axesOf, Background, drawBackground, drawWays } from "./picture.ts";
import { columns, csv, tableOf, type Printed } from "./table.ts";
import { Transport } from "./transport.ts";

export class Descent implements View {
  readonly element = h("div", { class: "view descent" });
  private readonly context: Context;
  private readonly canvas = h("canvas", { class: "hero", role: "img" });
  private readonly trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  private readonly question = h("p", { class: "question" });
  private readonly hint = h("p", { class: "hint" });
  private readonly lossHost = h("div", { class: "losses", role: "img" });
  private readonly numbers = h("details", { class: "numbers" });
  private readonly tools = h("div", { class: "tools" });
  private readonly spoken = h("p", { class: "unseen", "aria-live": "polite" });
  private readonly controls: Controls;
  private readonly transport: Transport;
  private readonly losses = new Losses(this.lossHost);
  private readonly background = new Background();
  private shown: Shown | null = null;
  private field: Field | null = null;
  private limits: (number | null)[] = [];
  private asked = "";
  private later = 0;
  private drawing = 0;

  constructor(context: Context) {
    this.context = context;
    this.controls = new Controls(context, (patch) => this.change(patch));
    this.transport = new Transport((at) => this.change({ at: at === this.state.steps ? null : at }));
    this.losses.onStep = (step) => this.change({ at: Math.min(Math.max(step, 0), this.state.steps) });
    this.numbers.addEventListener("toggle", () => this.drawTable());
    const stage = h(
      "div",
      { class: "stage" },
      this.controls.chips,
      this.question,
      this.canvas,
      this.trouble,
      this.hint,
      this.transport.element,
      this.lossHost,
      this.tools,
      this.numbers,
      this.spoken,
    );
    this.element.append(stage, this.controls.element);
    this.pointer();
    context.link.take("descent", (frame) => this.taken(frame));
    context.link.take("limits", (frame) => this.bounded(frame));
    context.link.take("code", (frame) =>
      context.offer(context.words().codeHere, String(frame.header["text"] ?? frame.header["error"])),
    );
  }

  private get state(): DescentState {
    return this.context.state().descent;
  }

  private change(patch: Partial<DescentState>): void {
    this.context.change({ descent: { ...this.state, ...patch } });
  }

  update(): void {
    const words = this.context.words();
    this.controls.update();
    this.question.textContent = named(words.question, this.state.preset ?? "");
    const glyphs = this.shown?.bounds.length === 2 && this.shown.ways.some(({ slots }) => slots.length) ? words.glyphs : "";
    this.hint.textContent = `${this.state.problem === "bivariate" ? words.regression : words.hint} ${glyphs}`;
    this.transport.element.hidden = this.context.hidden("transport");
    this.toolbar();
    const request = JSON.stringify(this.request());
    if (request !== this.asked) {
      this.asked = request;
      this.context.link.ask("descent", { ...this.request(), known: this.field?.name ?? null });
      clearTimeout(this.later);
      this.later = window.setTimeout(() => this.context.link.ask("limits", this.request()), 200);
    }
    this.redraw();
  }

  resize(): void {
    this.redraw();
  }

  destroy(): void {
    clearTimeout(this.later);
    cancelAnimationFrame(this.drawing);
    this.transport.stop();
    this.losses.destroy();
  }

  /** What Python is told: the state without what only the page needs. */
  private request(): Record<string, unknown> {
    const { at: _at, preset: _preset, rules, ...rest } = this.state;
    return { ...rest, rules: rules.map(({ look: _look, schedule, ...rule }) => (schedule ? { ...rule, schedule } : rule)) };
  }

  private taken(frame: Frame): void {
    const error = frame.header["error"];
    this.trouble.hidden = typeof error !== "string";
    this.canvas.classList.toggle("stale", typeof error === "string");
    if (typeof error === "string") {
      this.trouble.textContent = this.context.words().cannot(error);
      return;
    }
    const shown = shownBy(frame, this.field);
    if (!shown) return this.context.link.ask("descent", this.request()); // it counted on a field that is gone
    this.shown = shown;
    this.field = shown.field;
    this.update();
  }

  private bounded(frame: Frame): void {
    this.limits = (frame.header["limits"] as (number | null)[] | undefined) ?? [];
    this.say();
  }

  // Drawing

  private get at(): number {
    return Math.min(this.state.at ?? this.shown?.steps ?? 0, this.shown?.steps ?? 0);
  }

  private redraw(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  private size(shown: Shown): [number, number] {
    const width = Math.max(this.canvas.parentElement?.clientWidth ?? 320, 240);
    const [x, y] = shown.bounds;
    const shape = x && y ? (y[1] - y[0]) / (x[1] - x[0]) : 0.6;
    return [width, Math.round(Math.min(width * Math.min(Math.max(shape, 0.5), 0.85), 0.56 * innerHeight))];
  }

  private draw(): void {
    const { shown } = this;
    if (!shown || shown.ways.length !== this.state.rules.length) return;
    const [width, height] = this.size(shown);
    const [theme, looks, names] = [this.context.theme(), this.state.rules.map(({ look }) => look), namesOf(this.state.rules)];
    this.canvas.style.height = `${height}px`;
    const axes = axesOf(shown, width, height);
    const pen = new CanvasPen(this.canvas, width, height);
    this.background.under(pen, shown, axes, theme);
    drawWays(pen, shown, axes, theme, looks, names, this.at);
    this.losses.draw(shown, theme, looks, names, this.at, width, Math.max(130, Math.min(190, 0.22 * innerHeight)));
    this.transport.update(this.at, shown.steps, this.context.words());
    this.say();
    this.drawTable();
  }

  /** What each rule does, in words: on its card, for those who hear the page, and as the canvas's name. */
  private say(): void {
    const { shown } = this;
    if (!shown) return;
    const words = this.context.words();
    const names = namesOf(this.state.rules);
    const target = this.state.target;
    shown.ways.forEach((way, i) => {
      const line = this.controls.says[i];
      const rule = this.state.rules[i];
      if (!line || !rule) return;
      const reached =
        target !== null && way.hit !== undefined ? `; ${words.reached(way.hit, way.stays ?? null, written(target))}` : "";
      fill(line, words.regime(way.regime) + reached, this.limitNote(i));
    });
    const each = shown.ways.map((way, i) =>
      words.ends(names[i] ?? way.rule, written(way.losses[this.at] ?? null), words.regime(way.regime)),
    );
    const summary = words.summary(named(words.surface, shown.problem), this.at, each);
    this.canvas.setAttribute("aria-label", `${words.picture}. ${summary}`);
    this.lossHost.setAttribute("aria-label", `${words.losses}. ${summary}`);
    if (this.spoken.textContent !== summary && this.state.at === null) this.spoken.textContent = summary;
  }

  /** "stable up to 0.5", which sets that step size when it is clicked. */
  private limitNote(place: number): HTMLElement | null {
    const limit = this.limits[place];
    const rate = this.state.rules[place]?.values["learning_rate"];
    if (limit === null || limit === undefined) return null;
    const text = this.context.words().limit(written(limit, 3), typeof rate === "number" && rate > limit * 1.0001);
    return button(
      text,
      `${place}.limit`,
      () => {
        const rules = this.state.rules.map((rule, i) =>
          i === place ? { ...rule, values: { ...rule.values, learning_rate: rounded(limit, 3) } } : rule,
        );
        this.change({ rules });
      },
      { class: "note" },
    );
  }

  // The numbers, and taking things away

  private printed(): readonly Printed[] {
    return this.context.catalogue().presets.find(({ name }) => name === this.state.preset)?.printed ?? [];
  }

  private drawTable(): void {
    const words = this.context.words();
    const open = this.numbers.open;
    const title = h("summary", {}, words.table);
    if (!open || !this.shown) return fill(this.numbers, title);
    const found = columns(this.shown, namesOf(this.state.rules), this.printed(), words);
    fill(
      this.numbers,
      title,
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": words.table },
        tableOf(this.shown, found, this.at, words),
      ),
    );
  }

  private toolbar(): void {
    const words = this.context.words();
    const what = { name: `descend-${this.state.problem}`, canvas: this.canvas, svg: () => this.svg(), csv: () => this.csv() };
    fill(
      this.tools,
      button(words.copyCode, "code", () => this.context.link.ask("code", this.request())),
      saves(this.context, what),
    );
  }

  private svg(): string | null {
    const { shown } = this;
    if (!shown) return null;
    const [width, height] = this.size(shown);
    const theme = this.context.theme();
    const pen = new SvgPen(width, height, theme.page);
    const axes = axesOf(shown, width, height);
    drawBackground(pen, shown, axes, theme);
    drawWays(
      pen,
      shown,
      axes,
      theme,
      this.state.rules.map(({ look }) => look),
      namesOf(this.state.rules),
      this.at,
    );
    return pen.toString();
  }

  private csv(): string | null {
    const { shown } = this;
    return shown && csv(shown, columns(shown, namesOf(this.state.rules), this.printed(), this.context.words()));
  }

  // Moving the start by pointer; by keyboard its sliders do

  private pointer(): void {
    const moved = (event: PointerEvent): void => {
      const { shown } = this;
      if (!shown?.movable || shown.problem !== this.state.problem) return; // the next surface is on its way
      const box = this.canvas.getBoundingClientRect();
      const place = axesOf(shown, box.width, box.height).under(event.clientX - box.left, event.clientY - box.top);
      const start = shown.bounds
        .map(([low, high], axis) => Math.min(Math.max(place[axis] as number, low), high))
        .map((value) => rounded(value, 3));
      this.change({ start, at: null, preset: null });
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.canvas.setPointerCapture(event.pointerId);
      moved(event);
    });
    this.canvas.addEventListener("pointermove", (event) => this.canvas.hasPointerCapture(event.pointerId) && moved(event));
  }
}
