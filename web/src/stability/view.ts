// The view Stability: the map of a rule's growth, probes to drag over it, and the curve of each.

import type { RuleChoice } from "../catalogue.ts";
import type { Context, View } from "../context.ts";
import { button, choice, fill, h } from "../dom.ts";
import { table, type Frame } from "../frame.ts";
import { CanvasPen, SvgPen } from "../pen.ts";
import { saves } from "../save.ts";
import { rounded, shown as written, type Range } from "../scale.ts";
import { slider, type Slider } from "../slider.ts";
import type { StabilityState } from "../state.ts";
import { named, type Regime } from "../words/index.ts";
import { axesOf, drawContours, drawCurve, drawFrame, drawProbes, image, MARGIN, place, rateAt, type Growth } from "./map.ts";

interface Probe {
  readonly growth: number | null;
  readonly regime: Regime;
  readonly at: string;
  readonly error?: string;
}

export class Stability implements View {
  readonly element = h("div", { class: "view stability" });
  private readonly context: Context;
  private readonly canvas = h("canvas", { class: "hero map", role: "img" });
  private readonly question = h("p", { class: "question" });
  private readonly trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  private readonly key = h("p", { class: "hint" });
  private readonly tools = h("div", { class: "tools" });
  private readonly cards = h("div", { class: "probes" });
  private readonly controls = h("div", { class: "controls" });
  private sliders = new Map<string, Slider>();
  private curves: { canvas: HTMLCanvasElement; says: HTMLElement }[] = [];
  private growth: Growth | null = null;
  private picture: HTMLCanvasElement | null = null;
  private probes: readonly Probe[] = [];
  private frame: Frame | null = null;
  private asked = "";
  private shape = "";
  private drawing = 0;

  constructor(context: Context) {
    this.context = context;
    this.element.append(
      h("div", { class: "stage" }, this.question, this.canvas, this.trouble, this.key, this.cards, this.tools),
      this.controls,
    );
    this.pointer();
    context.link.take("stability", (frame) => this.taken(frame));
    context.link.take("stability_code", ({ header }) =>
      context.offer(context.words().codeHere, String(header["text"] ?? header["error"])),
    );
  }

  private get state(): StabilityState {
    return this.context.state().stability;
  }

  private change(patch: Partial<StabilityState>): void {
    this.context.change({ stability: { ...this.state, ...patch } });
  }

  private get mappable(): readonly RuleChoice[] {
    return this.context.catalogue().rules.filter(({ against }) => against.length);
  }

  private get rule(): RuleChoice {
    return this.mappable.find(({ name }) => name === this.state.rule) ?? (this.mappable[0] as RuleChoice);
  }

  update(): void {
    const words = this.context.words();
    this.question.textContent = words.stability.question(this.growth?.linear ?? true);
    const asked = JSON.stringify(this.state);
    if (asked !== this.asked) {
      this.asked = asked;
      this.context.link.ask("stability", this.state);
    }
    const shape = JSON.stringify([
      words.code,
      this.context.theme().name,
      this.state.rule,
      this.state.across,
      this.state.probes.length,
      this.growth?.rates,
    ]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    this.move();
    this.redraw();
  }

  resize(): void {
    this.redraw();
  }

  destroy(): void {
    cancelAnimationFrame(this.drawing);
  }

  private taken(frame: Frame): void {
    const error = frame.header["error"];
    this.trouble.hidden = typeof error !== "string";
    if (typeof error === "string") {
      this.trouble.textContent = this.context.words().cannot(error);
      return;
    }
    const { shape, values } = table(frame, "growth");
    const { rates, others, linear, probes } = frame.header as unknown as Growth & { probes: Probe[] };
    this.growth = { height: shape[0] ?? 0, width: shape[1] ?? 0, values, rates, others, linear };
    this.picture = image(this.growth);
    [this.probes, this.frame] = [probes, frame];
    this.update();
  }

  // What may be set

  private build(): void {
    const words = this.context.words();
    const { rule } = this;
    this.sliders = new Map();
    const rules = choice(
      words.stability.rule,
      "map.rule",
      this.mappable.map(({ name }) => [name, name.replaceAll("_", " ")]),
      rule.name,
      (name) => this.take(name),
    );
    const across = choice(
      words.stability.across,
      "map.across",
      rule.against.map((name) => [name, named(words.numbers, name)]),
      this.state.across,
      (name) => this.change({ across: name }),
    );
    const curvature = slider(
      "",
      words.stability.curvature,
      "curvature",
      { scale: "log", low: 0.1, high: 40 },
      this.state.curvature,
      (next) => this.change({ curvature: Math.min(Math.max(next, 0.01), 900) }),
    );
    this.sliders.set("curvature", curvature);
    fill(
      this.controls,
      h(
        "section",
        { "aria-label": words.stability.rule },
        h("h2", {}, words.stability.rule),
        rules,
        h("label", { class: "pick" }, `${words.stability.across} `, across),
        curvature.element,
        this.rest(rule),
      ),
    );
    this.curves = this.state.probes.map(() => ({
      canvas: h("canvas", { "aria-hidden": "true" }),
      says: h("p", { class: "says" }),
    }));
    fill(this.cards, ...this.state.probes.map((_, i) => this.card(i)));
    fill(
      this.tools,
      button(words.copyCode, "code", () => this.context.link.ask("stability_code", this.state)),
      saves(this.context, { name: "descend-stability", canvas: this.canvas, svg: () => this.svg(), csv: () => this.csv() }),
    );
  }

  private take(name: string): void {
    const against = this.mappable.find((rule) => rule.name === name)?.against ?? [];
    this.change({ rule: name, values: {}, across: against.includes(this.state.across) ? this.state.across : (against[0] ?? "") });
  }

  /** Sliders of the numbers that the map does not show. */
  private rest(rule: RuleChoice): HTMLElement | null {
    const words = this.context.words();
    const others = rule.numbers.filter(({ name, later }) => name !== "learning_rate" && name !== this.state.across && !later);
    if (!others.length) return null;
    return h(
      "div",
      {},
      ...others.map((number) => {
        const made = slider(
          rule.name,
          named(words.numbers, number.name),
          number.name,
          number,
          this.state.values[number.name] ?? number.default,
          (next) => this.change({ values: { ...this.state.values, [number.name]: next } }),
        );
        this.sliders.set(number.name, made);
        return made.element;
      }),
    );
  }

  private card(i: number): HTMLElement {
    const words = this.context.words();
    const { canvas, says } = this.curves[i] as { canvas: HTMLCanvasElement; says: HTMLElement };
    const [rate, other] = this.state.probes[i] as [number, number];
    const owner = words.stability.probe(i + 1);
    const set =
      (axis: 0 | 1) =>
      (next: number): void => {
        const moved = [...(this.state.probes[i] as [number, number])] as [number, number];
        moved[axis] = axis ? Math.min(Math.max(next, 0), 0.999) : Math.max(next, 0);
        this.change({ probes: this.state.probes.map((probe, j) => (j === i ? moved : probe)) });
      };
    const [low, high] = this.growth?.rates ?? [0, 1.25];
    const rates: Range = this.growth?.linear === false ? { scale: "log", low, high } : { scale: "linear", low, high };
    const first = slider(owner, named(words.numbers, "learning_rate"), `probe${i}.0`, rates, rate, set(0));
    const second = slider(
      owner,
      named(words.numbers, this.state.across),
      `probe${i}.1`,
      { scale: "linear", low: 0, high: 0.99 },
      other,
      set(1),
    );
    this.sliders.set(`probe${i}.0`, first);
    this.sliders.set(`probe${i}.1`, second);
    return h(
      "div",
      { class: "card" },
      h("h2", {}, owner),
      canvas,
      says,
      first.element,
      second.element,
      button(words.stability.use, `probe${i}.use`, () => this.descend(i)),
    );
  }

  private move(): void {
    this.sliders.get("curvature")?.set(this.state.curvature);
    for (const [name, value] of Object.entries(this.state.values)) this.sliders.get(name)?.set(value);
    this.state.probes.forEach((probe, i) => probe.forEach((value, axis) => this.sliders.get(`probe${i}.${axis}`)?.set(value)));
  }

  /** The same rule, numbers and curvature in the view Descent. */
  private descend(i: number): void {
    const [rate, other] = this.state.probes[i] as [number, number];
    const rules = [
      { rule: this.state.rule, values: { ...this.state.values, learning_rate: rate, [this.state.across]: other }, look: 0 },
    ];
    const { descent } = this.context.state();
    const options = { curvature: this.state.curvature };
    this.context.change({
      view: "descent",
      descent: {
        ...descent,
        problem: "parabola",
        options,
        start: null,
        steps: 60,
        noise: 0,
        target: null,
        at: null,
        preset: null,
        rules,
      },
    });
  }

  // Drawing

  private redraw(): void {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  private size(): [number, number] {
    const width = Math.max(this.canvas.parentElement?.clientWidth ?? 320, 240);
    return [width, Math.round(Math.min(0.62 * width + 20, 0.58 * innerHeight + 40))];
  }

  private names(): [string, string] {
    const words = this.context.words();
    return [named(words.numbers, "learning_rate"), named(words.numbers, this.state.across)];
  }

  private draw(): void {
    const { growth, picture } = this;
    if (!growth || !picture) return;
    const words = this.context.words();
    const [width, height] = this.size();
    const axes = axesOf(growth, width, height);
    this.canvas.style.height = `${height}px`;
    const pen = new CanvasPen(this.canvas, width, height);
    pen.stretch(picture, MARGIN.left, MARGIN.top, axes.width, axes.height);
    drawFrame(pen, growth, axes, this.context.theme(), this.names());
    drawProbes(pen, growth, axes, this.state.probes);
    this.key.textContent = `${words.stability.hint} ${words.stability.key}. ${words.stability.linear(growth.linear)}.`;
    const said = this.state.probes.map((_, i) => this.say(i));
    this.canvas.setAttribute("aria-label", `${words.stability.picture}. ${said.join(" ")}`);
  }

  /** One probe's curve and what it does, in words. */
  private say(i: number): string {
    const words = this.context.words();
    const [probe, card, at] = [this.probes[i], this.curves[i], this.state.probes[i]];
    if (!probe || !card || !at || !this.frame) return "";
    const title =
      probe.error ??
      `${named(words.stability.says, probe.regime.kind)}, ${words.stability.growth(written(probe.growth ?? Infinity, 3))}`;
    card.says.textContent = title;
    const width = Math.max(card.canvas.clientWidth, 120);
    if (!probe.error) drawCurve(new CanvasPen(card.canvas, width, 96), table(this.frame, probe.at).values, this.context.theme());
    const [rate, other] = this.names();
    return `${words.stability.probe(i + 1)}, ${rate} ${written(at[0])}, ${other} ${written(at[1])}: ${title}.`;
  }

  private svg(): string | null {
    const { growth } = this;
    if (!growth) return null;
    const [width, height] = this.size();
    const axes = axesOf(growth, width, height);
    const pen = new SvgPen(width, height, this.context.theme().page);
    drawContours(pen, growth, axes);
    drawFrame(pen, growth, axes, this.context.theme(), this.names());
    drawProbes(pen, growth, axes, this.state.probes);
    return pen.toString();
  }

  private csv(): string | null {
    const { growth } = this;
    if (!growth) return null;
    const axes = axesOf(growth, 2, 2);
    const rows = Array.from(growth.values, (value, i) => {
      const x = axes.x[0] + ((i % growth.width) / (growth.width - 1)) * (axes.x[1] - axes.x[0]);
      const y = growth.others[0] + (Math.floor(i / growth.width) / (growth.height - 1)) * (growth.others[1] - growth.others[0]);
      return [rateAt(growth, x), y, value].join(",");
    });
    return [`learning_rate,${this.state.across},growth`, ...rows, ""].join("\n");
  }

  // Dragging a probe

  private pointer(): void {
    let held = -1;
    const under = (event: PointerEvent): [number, number] | null => {
      const { growth } = this;
      if (!growth) return null;
      const box = this.canvas.getBoundingClientRect();
      const axes = axesOf(growth, box.width, box.height);
      const [x, other] = axes.under(
        Math.min(Math.max(event.clientX - box.left - MARGIN.left, 0), axes.width),
        Math.min(Math.max(event.clientY - box.top - MARGIN.top, 0), axes.height),
      );
      return [rounded(rateAt(growth, x), 3), rounded(Math.min(Math.max(other, 0), 0.99), 3)];
    };
    const move = (event: PointerEvent): void => {
      const at = under(event);
      if (at) this.change({ probes: this.state.probes.map((probe, i) => (i === held ? at : probe)) });
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      const [at, growth] = [under(event), this.growth];
      if (event.button !== 0 || !at || !growth) return;
      const scale = place(growth, growth.rates[1]) - place(growth, growth.rates[0]);
      const far = this.state.probes.map(([rate, other]) =>
        Math.hypot((place(growth, Math.max(rate, 1e-9)) - place(growth, Math.max(at[0], 1e-9))) / scale, other - at[1]),
      );
      held = far.indexOf(Math.min(...far));
      this.canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    this.canvas.addEventListener("pointermove", (event) => this.canvas.hasPointerCapture(event.pointerId) && move(event));
  }
}
