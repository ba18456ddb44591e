// The Python code of a picture, which Python writes.

import type { Context } from "./context.ts";
import { button } from "./dom.ts";
import type { Kind } from "./link.ts";

/** The button that asks for the code. */
export function codeButton(context: Context, kind: Kind, request: () => unknown): HTMLButtonElement {
  return button(context.words().copyCode, "code", () => context.link.ask(kind, request()));
}

/** Offer every answer to be copied, or say why there is none. */
export function offerCode(context: Context, kind: Kind): void {
  context.link.take(kind, ({ header: { text, error } }) => {
    const words = context.words();
    if (typeof text === "string") context.offer(words.codeHere, text);
    else context.offer(words.error(String(error)), null);
  });
}
