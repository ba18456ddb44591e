// The buttons that save a view's picture and data.

import type { Context } from "./context.ts";
import { button, h } from "./dom.ts";

export interface Saved {
  readonly canvases: readonly HTMLCanvasElement[]; // one above the other
  /** What the files are called, without their endings. */
  name(): string;
  svg(): string | null; // null: nothing is drawn yet
  csv(): string | null;
}

export function saves(context: Context, what: Saved): HTMLElement {
  const words = context.words();
  const give = (ending: string, type: string, text: string | null): void => {
    if (text !== null) download(`${what.name()}.${ending}`, new Blob([text], { type }));
  };
  const png = (): void =>
    onPage(what.canvases, context.theme().page).toBlob((blob) => blob && download(`${what.name()}.png`, blob));
  const each: [string, () => void][] = [
    ["PNG", png],
    ["SVG", () => give("svg", "image/svg+xml", what.svg())],
    ["CSV", () => give("csv", "text/csv", what.csv())],
  ];
  return h(
    "span",
    { class: "saves" },
    `${words.save} `,
    ...each.map(([kind, act]) => button(kind, `save.${kind}`, act, { "aria-label": `${words.save} ${kind}` })),
  );
}

/** What is shown of some pictures on the colour of the page, which their letters are made for. */
function onPage(canvases: readonly HTMLCanvasElement[], page: string): HTMLCanvasElement {
  const shown = canvases.filter(({ hidden }) => !hidden);
  const width = Math.max(...shown.map((canvas) => canvas.width));
  const height = shown.reduce((sum, canvas) => sum + canvas.height, 0);
  const whole = h("canvas", { width, height });
  const on = whole.getContext("2d") as CanvasRenderingContext2D;
  on.fillStyle = page;
  on.fillRect(0, 0, width, height);
  let top = 0;
  for (const canvas of shown) {
    on.drawImage(canvas, 0, top);
    top += canvas.height;
  }
  return whole;
}

/** Give the browser a file to save. */
function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
