// The app: the header, the view that is open, and the state that all share.

import { catalogueIn, type Catalogue } from "./catalogue.ts";
import type { Context, View } from "./context.ts";
import { Descent } from "./descent/view.ts";
import { Functions } from "./functions/view.ts";
import { fill, h } from "./dom.ts";
import { Header } from "./header.ts";
import type { Home } from "./home.ts";
import { Link, type Wire } from "./link.ts";
import { THEMES, type Theme } from "./looks.ts";
import { offer } from "./offer.ts";
import { Stability } from "./stability/view.ts";
import type { State, ViewName } from "./state.ts";
import { Watch } from "./watch.ts";
import { wordsFor, type Words } from "./words/index.ts";

const VIEWS: Readonly<Record<ViewName, (context: Context) => View>> = {
  descent: (context) => new Descent(context),
  stability: (context) => new Stability(context),
  functions: (context) => new Functions(context),
};

export function mount(host: HTMLElement, wire: Wire, home: Home): () => void {
  const app = new App(host, wire, home);
  return () => app.leave();
}

class App implements Context {
  readonly link: Link;
  private readonly root = h("div", { class: "lab" });
  private readonly header = new Header(this, Object.keys(VIEWS) as ViewName[]);
  private readonly notice = h("p", { class: "notice", role: "status" });
  private readonly main = h("main", {});
  private readonly dialog = h("dialog", {});
  private readonly home: Home;
  private readonly left = new AbortController();
  private readonly observer = new ResizeObserver(() => this.view?.resize());
  private current: State;
  private found: Catalogue | null = null;
  private view: View | null = null;
  private open: ViewName | null = null;
  private saving: number | undefined;
  private readonly dressed = new Watch();
  private news: (words: Words) => string = (words) => words.connecting;

  constructor(host: HTMLElement, wire: Wire, home: Home) {
    this.home = home;
    this.current = home.read();
    this.root.append(this.header.element, this.notice, this.main, this.dialog);
    host.replaceChildren(this.root);
    this.link = new Link(wire);
    this.link.onChange = (open, why) => this.tell((words) => (!open ? home.lost(words, why) : this.found ? "" : words.preparing));
    this.link.take("catalogue", (frame) => {
      this.found = catalogueIn(frame);
      this.tell(() => "");
      this.update();
    });
    home.watch(
      () => this.moved(),
      () => this.lit(),
      this.left.signal,
    );
    this.observer.observe(this.main);
    this.link.ask("catalogue");
    this.update();
  }

  leave(): void {
    if (this.saving !== undefined) this.save(); // what was moved just before must not be lost
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
    this.saving = window.setTimeout(() => this.save(), 150);
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    this.home.write(this.current);
  }

  words(): Words {
    return wordsFor(this.current.language);
  }

  theme(): Theme {
    return THEMES[this.current.theme ?? (this.home.dark() ? "dark" : "light")];
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
    if (this.notice.textContent !== text || this.notice.hidden === Boolean(text)) {
      this.notice.textContent = text; // what is set anew is read out anew
      this.notice.hidden = !text;
    }
    this.root.classList.toggle("alone", Boolean(text));
  }

  private moved(): void {
    clearTimeout(this.saving);
    this.current = this.home.read();
    this.update();
  }

  private lit(): void {
    if (this.root.dataset["theme"] !== this.theme().name) this.update();
  }

  /** Where they have changed: a language set anew, even the same, has every style worked out anew. */
  private dress(language: string, theme: string): void {
    if (!this.dressed.changed([language, theme])) return;
    this.root.lang = language;
    this.root.dataset["theme"] = theme;
    this.home.dress(language, theme);
  }

  private update(): void {
    this.dress(this.words().code, this.theme().name);
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
