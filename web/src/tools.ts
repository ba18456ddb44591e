// The buttons beneath a picture: its code, which Python writes, and what can be saved of it.

import type { Context } from "./context.ts";
import { button, fill, h } from "./dom.ts";
import type { Kind } from "./link.ts";
import { saves, type Saved } from "./save.ts";
import { Watch } from "./watch.ts";
import type { Sentence } from "./words/index.ts";

export class Tools {
  readonly element = h("div", { class: "tools" });
  private readonly context: Context;
  private readonly buttons: () => HTMLElement[];
  private readonly language = new Watch();

  /** The code is asked for as `kind`, with what `request` gives. */
  constructor(context: Context, kind: Kind, request: () => unknown, saved: Saved) {
    this.context = context;
    this.buttons = () => [
      button(context.words().copyCode, "code", () => context.link.ask(kind, request())),
      saves(context, saved),
    ];
    context.link.take(kind, ({ header: { text, error } }) => {
      const words = context.words();
      if (typeof text === "string") context.offer(words.codeHere, text);
      else context.offer(words.error(error as Sentence), null);
    });
  }

  /** Make the buttons where the language is another: they stay while the picture moves, so that they can be clicked. */
  update(): void {
    if (this.language.changed(this.context.words().code)) fill(this.element, ...this.buttons());
  }
}
