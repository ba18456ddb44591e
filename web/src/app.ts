// The house: the header, the view that is open, and the state that all share.

import { readFrom, written } from "./address.ts";
import { catalogueIn, type Catalogue } from "./catalogue.ts";
import type { Context, View } from "./context.ts";
import { Descent } from "./descent/view.ts";
import { Functions } from "./functions/view.ts";
import { fill, h } from "./dom.ts";
import { Header } from "./header.ts";
import { Link, type Wire } from "./link.ts";
import { THEMES, type Theme } from "./looks.ts";
import { offer } from "./offer.ts";
import { Stability } from "./stability/view.ts";
import type { State, ViewName } from "./state.ts";
import { wordsFor, type Words } from "./words/index.ts";

interface Options {
  readonly address: boolean; // keep the state in the page's address
  readonly state?: string; // else begin with this one
}

const VIEWS: Readonly<Record<ViewName, (context: Context) => View>> = {
  descent: (context) => new Descent(context),
  stability: (context) => new Stability(context),
  functions: (context) => new Functions(context),
};

export function mount(host: HTMLElement, wire: Wire, options: Options): () => void {
  const house = new House(host, wire, options);
  return () => house.leave();
}

class House implements Context {
  readonly link: Link;
  private readonly root = h("div", { class: "lab" });
  private readonly header = new Header(this, Object.keys(VIEWS) as ViewName[]);
  private readonly notice = h("p", { class: "notice", role: "status" });
  private readonly main = h("main", {});
  private readonly dialog = h("dialog", {});
  private readonly options: Options;
  private readonly left = new AbortController();
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly observer = new ResizeObserver(() => this.view?.resize());
  private current: State;
  private found: Catalogue | null = null;
  private view: View | null = null;
  private open: ViewName | null = null;
  private saving = 0;
  private news: (words: Words) => string = (words) => words.connecting;

  constructor(host: HTMLElement, wire: Wire, options: Options) {
    this.options = options;
    this.current = readFrom(options.address ? location.hash : (options.state ?? ""));
    this.root.append(this.header.element, this.notice, this.main, this.dialog);
    host.replaceChildren(this.root);
    this.link = new Link(wire);
    this.link.onChange = (open, why) => this.tell((words) => (!open ? words.lost(why) : this.found ? "" : words.preparing));
    this.link.take("catalogue", (frame) => {
      this.found = catalogueIn(frame);
      this.tell(() => "");
      this.update();
    });
    const { signal } = this.left;
    this.dark.addEventListener("change", () => this.update(), { signal });
    if (options.address) addEventListener("hashchange", () => this.moved(), { signal });
    this.observer.observe(this.main);
    this.link.ask("catalogue");
    this.update();
  }

  leave(): void {
    this.left.abort();
    this.observer.disconnect();
    this.view?.destroy();
  }

  state(): State {
    return this.current;
  }

  change(patch: Partial<State>): void {
    this.current = { ...this.current, ...patch };
    this.update();
    clearTimeout(this.saving);
    if (this.options.address) this.saving = window.setTimeout(() => this.keep(), 150);
  }

  words(): Words {
    return wordsFor(this.current.language);
  }

  theme(): Theme {
    return THEMES[this.current.theme ?? (this.dark.matches ? "dark" : "light")];
  }

  catalogue(): Catalogue {
    return this.found as Catalogue;
  }

  hidden(part: string): boolean {
    return this.current.hide.includes(part);
  }

  offer(title: string, text: string | null): void {
    offer(this.dialog, title, text, this.words());
  }

  private tell(news: (words: Words) => string): void {
    this.news = news;
    const text = news(this.words());
    if (this.notice.textContent !== text) this.notice.textContent = text; // what is set anew is read out anew
    this.notice.hidden = !text;
  }

  /** Put the state into the address, without a step in the browser's history. */
  private keep(): void {
    const hash = written(this.current);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  private moved(): void {
    this.current = readFrom(location.hash);
    this.update();
  }

  private update(): void {
    const words = this.words();
    this.root.lang = words.code;
    this.root.dataset["theme"] = this.theme().name;
    if (this.options.address) {
      document.documentElement.lang = words.code;
      document.documentElement.dataset["theme"] = this.theme().name;
    }
    this.header.update();
    this.tell(this.news);
    if (!this.found) return;
    const name = this.current.view in VIEWS ? this.current.view : "descent";
    if (name !== this.open) {
      this.view?.destroy();
      this.view = VIEWS[name](this);
      this.open = name;
      fill(this.main, this.view.element);
    }
    this.view?.update();
  }
}
