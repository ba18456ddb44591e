// Asking Python and taking its answers: one request of a kind under way, the newest of those behind it kept.

import { unpacked, type Frame } from "./frame.ts";
import type { Sentence } from "./words/index.ts";

export const UNSAID: Sentence = { code: "", en: "", zh: "" };

export type Kind = "catalogue" | "descent" | "code" | "stability_code" | "limits" | "stability" | "functions" | "functions_code";

/** What carries messages: a WebSocket, or a notebook's widget. */
export interface Wire {
  send(text: string): void;
  onMessage: (bytes: ArrayBuffer) => void;
  onOpen: () => void;
  onClose: (why: Sentence) => void;
}

interface Asked {
  readonly seq: number;
  readonly state: unknown;
  coarse: boolean; // a first answer is there, finer ones may come
}

/** Is given an answer, and the state that it was asked for. */
type Taker = (frame: Frame, asked: unknown) => void;

export class Link {
  /** Called with whether answers can be had, and why not. */
  onChange: (open: boolean, why: Sentence) => void = () => {};
  private open = false;
  private seq = Math.floor(Math.random() * 2e6) * 1000; // two views of one widget hear each other's answers
  private readonly wire: Wire;
  private readonly takers = new Map<Kind, Taker>();
  private readonly underWay = new Map<Kind, Asked>();
  private readonly next = new Map<Kind, unknown>();
  private readonly last = new Map<Kind, unknown>();

  constructor(wire: Wire) {
    this.wire = wire;
    wire.onMessage = (bytes) => this.taken(unpacked(bytes));
    wire.onOpen = () => this.opened();
    wire.onClose = (why) => {
      this.open = false;
      this.onChange(false, why);
    };
  }

  /** Who draws the answers of a kind. */
  take(kind: Kind, taker: Taker): void {
    this.takers.set(kind, taker);
  }

  /** Ask for something; a request of the same kind that has not been sent yet is forgotten. */
  ask(kind: Kind, state: unknown = null): void {
    this.last.set(kind, state);
    const before = this.underWay.get(kind);
    if (!this.open || (before && !before.coarse)) this.next.set(kind, state);
    else this.send(kind, state);
  }

  private send(kind: Kind, state: unknown): void {
    this.seq += 1;
    this.underWay.set(kind, { seq: this.seq, coarse: false, state });
    this.wire.send(JSON.stringify({ ask: kind, seq: this.seq, state }));
  }

  private taken(frame: Frame): void {
    const seq = frame.header["seq"];
    const [kind, asked] = [...this.underWay].find(([, one]) => one.seq === seq) ?? [];
    if (!kind || !asked) return; // superseded while it was coming
    if (frame.header["more"] === true) asked.coarse = true;
    else this.underWay.delete(kind);
    this.takers.get(kind)?.(frame, asked.state);
    if (this.next.has(kind)) {
      const state = this.next.get(kind);
      this.next.delete(kind);
      this.send(kind, state);
    }
  }

  /** After a connection was lost, what was asked last is asked again. */
  private opened(): void {
    this.open = true;
    this.underWay.clear();
    this.next.clear();
    this.onChange(true, UNSAID);
    for (const [kind, state] of this.last) if (!kind.endsWith("code")) this.send(kind, state);
  }
}
