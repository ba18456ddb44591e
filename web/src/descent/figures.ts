// The numbers of the picture: a table that may be opened, and the same as CSV.

import { fill, h } from "../dom.ts";
import type { Scene } from "./scene.ts";
import type { Settings } from "./settings.ts";
import { columns, csvOf, tableOf, type Column } from "./table.ts";

export class Figures {
  private readonly title = h("summary", {});
  private readonly table = h("div", { class: "scroll", tabindex: 0, role: "region" });
  readonly element = h("details", { class: "numbers" }, this.title, this.table);
  private readonly settings: Settings;
  private scene: Scene | null = null;

  constructor(settings: Settings) {
    this.settings = settings;
    this.element.hidden = true; // until there are numbers
    this.element.addEventListener("toggle", () => this.fill());
  }

  draw(scene: Scene): void {
    this.scene = scene;
    this.element.hidden = false;
    const { table } = this.settings.context.words();
    if (this.element.open || this.element.textContent !== table) this.fill();
  }

  csv(scene: Scene): string {
    return csvOf(scene.shown, this.columns(scene));
  }

  private fill(): void {
    const { scene } = this;
    const words = this.settings.context.words();
    this.title.textContent = words.table;
    this.table.setAttribute("aria-label", words.table);
    fill(this.table, this.element.open && scene && tableOf(scene.shown, this.columns(scene), scene.at, words));
  }

  private columns({ shown, names }: Scene): Column[] {
    const { context, state } = this.settings;
    const printed = context.catalogue().presets.find(({ name }) => name === state.preset)?.printed ?? [];
    return columns(shown, names, printed, context.words());
  }
}
