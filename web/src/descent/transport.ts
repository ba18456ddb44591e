// Play, pause, step and scrub.

import type { Words } from "../words/index.ts";
import { button, fill, h } from "../dom.ts";

const WHOLE = 4000; // milliseconds that a whole way takes

export class Transport {
  readonly element = h("div", { class: "transport" });
  private readonly track = h("input", { type: "range", min: 0, step: 1, "data-key": "scrub" });
  private readonly told = h("output", {});
  private readonly go: (at: number) => void;
  private steps = 1;
  private at = 0;
  private frame = 0;
  private words: Words | null = null;

  /** `go` is called with the step to look at. */
  constructor(go: (at: number) => void) {
    this.go = go;
    this.track.addEventListener("input", () => this.to(Number(this.track.value)));
  }

  update(at: number, steps: number, words: Words): void {
    [this.at, this.steps] = [at, steps];
    this.track.max = String(steps);
    this.track.value = String(at);
    this.track.setAttribute("aria-label", words.step(at, steps));
    this.told.textContent = words.step(at, steps);
    if (this.words !== words) {
      this.words = words;
      this.buttons();
    }
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.buttons();
  }

  private buttons(): void {
    const { words } = this;
    if (!words) return;
    fill(
      this.element,
      button(this.frame ? "\u275a\u275a" : "\u25b6", "play", () => (this.frame ? this.stop() : this.play()), {
        "aria-label": this.frame ? words.pause : words.play,
        class: "round",
      }),
      button("\u2039", "back", () => this.to(this.at - 1), { "aria-label": words.back }),
      button("\u203a", "forward", () => this.to(this.at + 1), { "aria-label": words.forward }),
      this.track,
      this.told,
    );
  }

  private to(step: number): void {
    if (this.frame) this.stop();
    this.go(Math.min(Math.max(step, 0), this.steps));
  }

  /** From the start, or on from here; in a dozen jumps for those who want no motion. */
  private play(): void {
    const from = this.at >= this.steps ? 0 : this.at;
    const began = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = (now: number): void => {
      const share = Math.min((now - began) / WHOLE, 1);
      const step = from + (this.steps - from) * (calm ? Math.floor(share * 12) / 12 : share);
      this.go(Math.round(step));
      if (share < 1) this.frame = requestAnimationFrame(next);
      else this.stop();
    };
    this.frame = requestAnimationFrame(next);
    this.buttons();
  }
}
