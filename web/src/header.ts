// The header: the views, the theme and the language.

import type { Context } from "./context.ts";
import { button, choice, fill, h } from "./dom.ts";
import { START, type ViewName } from "./state.ts";
import { LANGUAGES } from "./words/index.ts";

export class Header {
  readonly element = h("header", {});
  private readonly context: Context;
  private readonly views: readonly ViewName[];
  private shape = "";

  constructor(context: Context, views: readonly ViewName[]) {
    this.context = context;
    this.views = views;
  }

  update(): void {
    const { context } = this;
    const words = context.words();
    const dark = context.theme().name === "dark";
    const shape = JSON.stringify([words.code, dark, context.state().view, context.state().hide]);
    if (shape === this.shape) return; // sliders change the state many times a second
    this.shape = shape;
    fill(
      this.element,
      h("h1", {}, "descend lab"),
      !context.hidden("tabs") && h("nav", {}, ...this.tabs()),
      h("span", { class: "space" }),
      !context.hidden("anew") && button(words.startAnew, "anew", () => this.anew()),
      button(words.theme(dark), "theme", () => context.change({ theme: dark ? "light" : "dark" })),
      choice(
        words.chooseLanguage,
        "language",
        LANGUAGES.map(({ code, language }) => [code, language]),
        words.code,
        (language) => context.change({ language }),
      ),
    );
  }

  private tabs(): HTMLElement[] {
    const { context } = this;
    const words = context.words();
    return this.views.map((name) =>
      button(words.tabs[name] ?? name, `tab.${name}`, () => context.change({ view: name }), {
        "aria-current": context.state().view === name ? "page" : null,
        class: "tab",
      }),
    );
  }

  private anew(): void {
    const { language, theme } = this.context.state();
    this.context.change({ ...START, language, theme });
  }
}
