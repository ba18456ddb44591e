// The view Functions: activations with their slopes, losses and schedules, and a cursor that reads them.

import { CanvasPen } from "../canvas.ts";
import type { FunctionGroup } from "../catalogue.ts";
import type { Context, View } from "../context.ts";
import { button, fill, h } from "../dom.ts";
import { table, type Frame } from "../frame.ts";
import type { Pen } from "../pen.ts";
import { saves } from "../save.ts";
import { rounded, shown as written } from "../scale.ts";
import { slider, type Slider } from "../slider.ts";
import type { FunctionsState } from "../state.ts";
import { SvgPen } from "../svg.ts";
import { named } from "../words/index.ts";
import { axesOf, draw, MARGIN, valueAt, type Curve } from "./plot.ts";

export class Functions implements View {
  readonly element = h("div", { class: "view functions" });
  private readonly context: Context;
  private readonly question = h("p", { class: "question" });
  private readonly canvas = h("canvas", { class: "hero map", role: "img" });
  private readonly slopes = h("canvas", { class: "hero map", "aria-hidden": "true" });
  private readonly trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  private readonly reading = h("div", {});
  private readonly values = h("div", { class: "scroll", role: "region", tabindex: 0 });
  private readonly tools = h("div", { class: "tools" });
  private readonly controls = h("div", { class: "controls" });
  private sliders = new Map<string, Slider>();
  private frame: Frame | null = null;
  private asked = "";
  private shape = "";
  private drawing = 0;

  constructor(context: Context) {
    this.context = context;
    this.element.append(
      h("div", { class: "stage" }, this.question, this.canvas, this.slopes, this.trouble, this.reading, this.values, this.tools),
      this.controls,
    );
    for (const canvas of [this.canvas, this.slopes]) canvas.addEventListener("pointermove", (event) => this.read(event));
    context.link.take("functions", (frame) => this.taken(frame));
    context.link.take("functions_code", ({ header }) =>
      context.offer(context.words().codeHere, String(header["text"] ?? header["error"])),
    );
  }

  private get state(): FunctionsState {
    return this.context.state().functions;
  }

  private change(patch: Partial<FunctionsState>): void {
    this.context.change({ functions: { ...this.state, ...patch } });
  }

  private get group(): FunctionGroup {
    const { functions } = this.context.catalogue();
    return functions.find(({ name }) => name === this.state.group) ?? (functions[0] as FunctionGroup);
  }

  /** The curves that are shown: those that were chosen, else the group's first ones. */
  private get names(): readonly string[] {
    return this.state.names ?? this.group.first;
  }

  private get x(): Float32Array {
    return this.frame ? table(this.frame, "x").values : new Float32Array();
  }

  private get at(): number {
    const [low, high] = [this.x[0] ?? 0, this.x.at(-1) ?? 1];
    return Math.min(Math.max(this.state.at ?? low + 0.6 * (high - low), low), high);
  }

  update(): void {
    const words = this.context.words().functions;
    const request = JSON.stringify(this.request());
    if (request !== this.asked) {
      this.asked = request;
      this.context.link.ask("functions", this.request());
    }
    this.question.textContent = named(words.question, this.group.name);
    const shape = JSON.stringify([
      this.context.words().code,
      this.context.theme().name,
      this.group.name,
      this.names,
      this.x[0],
      this.x.at(-1),
    ]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    for (const { name, default: usual } of this.group.numbers) this.sliders.get(name)?.set(this.state.values[name] ?? usual);
    this.sliders.get("at")?.set(rounded(this.at, 4));
    this.redraw();
  }

  resize(): void {
    this.redraw();
  }

  destroy(): void {
    cancelAnimationFrame(this.drawing);
  }

  /** What Python is told: the state without where the cursor stands. */
  private request(): Record<string, unknown> {
    return { group: this.group.name, names: this.names, values: this.state.values };
  }

  private taken(frame: Frame): void {
    const error = frame.header["error"];
    this.trouble.hidden = typeof error !== "string";
    if (typeof error === "string") {
      this.trouble.textContent = this.context.words().cannot(error);
      return;
    }
    this.frame = frame;
    this.update();
  }

  private build(): void {
    const words = this.context.words();
    this.sliders = new Map();
    const groups = this.context
      .catalogue()
      .functions.map(({ name }) =>
        button(
          named(words.functions.groups, name),
          `group.${name}`,
          () => this.change({ group: name, names: null, values: {}, at: null }),
          { class: "chip", "aria-pressed": String(name === this.group.name) },
        ),
      );
    const curves = this.group.curves.map((name) =>
      button(named(words.functions.curves, name), `curve.${name}`, () => this.toggle(name), {
        class: "chip",
        "aria-pressed": String(this.names.includes(name)),
      }),
    );
    const numbers = this.group.numbers.map(({ name, low, high, default: usual }) => {
      const range = { scale: name === "learning_rate" ? "log" : "linear", low, high } as const;
      const made = slider(
        "",
        named({ ...words.numbers, steps: words.steps, ...words.functions.numbers }, name),
        name,
        range,
        this.state.values[name] ?? usual,
        (value) => this.change({ values: { ...this.state.values, [name]: Math.min(Math.max(value, low), high) } }),
      );
      this.sliders.set(name, made);
      return made.element;
    });
    fill(
      this.controls,
      h("section", { class: "chips", "aria-label": words.tabs["functions"] ?? "" }, ...groups),
      h(
        "section",
        { "aria-label": words.functions.shown },
        h("h2", {}, words.functions.shown),
        h("div", { class: "chips" }, ...curves),
      ),
      numbers.length > 0 && h("section", {}, ...numbers),
    );
    const cursor = slider(
      "",
      named(words.functions.axis, this.group.name),
      "at",
      { scale: "linear", low: this.x[0] ?? 0, high: this.x.at(-1) ?? 1 },
      this.at,
      (at) => this.change({ at }),
    );
    this.sliders.set("at", cursor);
    fill(this.reading, cursor.element);
    fill(
      this.tools,
      button(words.copyCode, "code", () => this.context.link.ask("functions_code", { ...this.request(), at: this.at })),
      saves(this.context, {
        name: `descend-${this.group.name}`,
        canvas: this.canvas,
        svg: () => this.svg(),
        csv: () => this.csv(),
      }),
    );
  }

  private toggle(name: string): void {
    const names = this.names.includes(name) ? this.names.filter((one) => one !== name) : [...this.names, name];
    if (names.length) this.change({ names });
  }

  private read(event: PointerEvent): void {
    if (event.pointerType !== "mouse" && !event.buttons) return;
    const box = this.canvas.getBoundingClientRect();
    const axes = axesOf(this.x, [], box.width, box.height);
    const [at] = axes.under(Math.min(Math.max(event.clientX - box.left - MARGIN.left, 0), axes.width), 0);
    if (Number.isFinite(at)) this.change({ at: rounded(at, 3) });
  }

  // Drawing

  /** The curves of the frame: their values, or their slopes. */
  private curves(suffix = ""): Curve[] {
    const { frame } = this;
    if (!frame) return [];
    const words = this.context.words().functions.curves;
    const sent = frame.header["names"] as string[];
    return sent
      .filter((name) => frame.arrays.has(name + suffix))
      .map((name) => ({
        name: named(words, name),
        look: this.group.curves.indexOf(name),
        values: table(frame, name + suffix).values,
      }));
  }

  private redraw(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    if (!this.frame || this.frame.header["group"] !== this.group.name) return;
    const words = this.context.words();
    const width = Math.max(this.canvas.parentElement?.clientWidth ?? 320, 240);
    const slopes = this.curves(".slope");
    const heights = slopes.length
      ? [Math.min(0.4 * innerHeight, 0.7 * width), Math.min(0.26 * innerHeight, 0.5 * width)]
      : [Math.min(0.6 * innerHeight, 0.8 * width), 0];
    this.slopes.hidden = !slopes.length;
    this.canvas.style.height = `${heights[0]}px`;
    this.slopes.style.height = `${heights[1]}px`;
    this.paint(new CanvasPen(this.canvas, width, heights[0] ?? 300), false);
    if (slopes.length) this.paint(new CanvasPen(this.slopes, width, heights[1] ?? 200), true);
    const read = this.curves().map((curve, i) => ({
      name: curve.name,
      value: valueAt(this.x, curve.values, this.at),
      slope: slopes[i] && valueAt(this.x, slopes[i].values, this.at),
    }));
    const said = read.map(
      ({ name, value, slope }) =>
        `${name}: ${written(value)}${slope === undefined ? "" : `, ${words.functions.slope} ${written(slope)}`}`,
    );
    this.canvas.setAttribute(
      "aria-label",
      `${named(words.functions.groups, this.group.name)}. ${named(words.functions.axis, this.group.name)} ${written(this.at)}: ${said.join("; ")}.`,
    );
    this.values.setAttribute("aria-label", words.table);
    const head = ["", words.functions.value, ...(slopes.length ? [words.functions.slope] : [])];
    fill(
      this.values,
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...head.map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))),
        h(
          "tbody",
          {},
          ...read.map(({ name, value, slope }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, name),
              h("td", {}, written(value)),
              slope !== undefined && h("td", {}, written(slope)),
            ),
          ),
        ),
      ),
    );
  }

  private paint(pen: Pen, slope: boolean): void {
    const words = this.context.words().functions;
    draw(pen, this.x, this.curves(slope ? ".slope" : ""), slope ? words.slope : words.value, this.context.theme(), this.at);
  }

  private svg(): string {
    const pen = new SvgPen(900, 520, this.context.theme().page);
    this.paint(pen, false);
    return pen.toString();
  }

  private csv(): string {
    const curves = [...this.curves(), ...this.curves(".slope").map((curve) => ({ ...curve, name: `${curve.name} (slope)` }))];
    const rows = Array.from(this.x, (x, i) => [x, ...curves.map(({ values }) => values[i])].join(","));
    return [["x", ...curves.map(({ name }) => `"${name}"`)].join(","), ...rows, ""].join("\n");
  }
}
