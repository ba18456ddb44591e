// The notebook's wire: messages of a widget's model. Whether a kernel hears them only its answers can tell.

import { UNSAID, type Wire } from "./link.ts";
import type { Model } from "./model.ts";
import type { Sentence } from "./words/index.ts";

export const PATIENCE = 8000; // milliseconds; a kernel that compiles for the first time needs a few seconds

export class Comm implements Wire {
  onMessage: (bytes: ArrayBuffer) => void = () => {};
  onOpen: () => void = () => {};
  onClose: (why: Sentence) => void = () => {};
  private readonly model: Model;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private open = false;

  constructor(model: Model) {
    this.model = model;
  }

  connect(): void {
    this.model.on("msg:custom", this.taken);
    this.model.on("comm_live_update", this.again); // Jupyter's, where a kernel went away
    this.again();
  }

  leave(): void {
    this.model.off("msg:custom", this.taken);
    this.model.off("comm_live_update", this.again);
    clearTimeout(this.waiting);
  }

  send(text: string): void {
    this.waiting ??= setTimeout(() => this.close(), PATIENCE);
    try {
      this.model.send({ message: text });
    } catch {
      this.close(); // a kernel that was restarted knows nothing of this widget
    }
  }

  private readonly again = (): void => {
    this.open = true;
    this.onOpen();
  };

  private readonly taken = (_: unknown, buffers: DataView[]): void => {
    const [view] = buffers;
    if (!view) return;
    clearTimeout(this.waiting);
    this.waiting = undefined;
    if (!this.open) this.again(); // it was busy
    this.onMessage(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
  };

  private close(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.open = false;
    this.onClose(UNSAID);
  }
}
