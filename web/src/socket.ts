// The page's wire: a WebSocket that comes back by itself after it was lost.

import type { Wire } from "./link.ts";
import type { Sentence } from "./words/index.ts";

const SOON = 300;
const LATEST = 5000; // milliseconds between attempts
const REFUSED = 1008;

export class Socket implements Wire {
  onMessage: (bytes: ArrayBuffer) => void = () => {};
  onOpen: () => void = () => {};
  onClose: (why: Sentence) => void = () => {};
  private socket: WebSocket | undefined;
  private wait = SOON;
  private readonly address: string;

  constructor(address: string) {
    this.address = address;
    addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.socket?.readyState === WebSocket.CLOSED) this.again();
    });
  }

  connect(): void {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.wait = SOON;
      this.onOpen();
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.onMessage(event.data);
    socket.onclose = (event) => {
      const [en = "", zh = ""] = event.reason.split("\n"); // a line in each language, where Python gives a reason
      this.onClose({ code: "closed", en, zh });
      if (event.code === REFUSED) this.wait = LATEST; // not again at once
      setTimeout(() => this.again(), this.wait);
      this.wait = Math.min(2 * this.wait, LATEST);
    };
  }

  send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  private again(): void {
    if (this.socket === undefined || this.socket.readyState === WebSocket.CLOSED) this.connect();
  }
}
