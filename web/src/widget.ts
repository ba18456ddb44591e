// The notebook's wire: messages of an anywidget model.

import { mount } from "./app.ts";
import type { Wire } from "./link.ts";

interface Model {
  get(name: string): unknown;
  send(content: unknown): void;
  on(event: string, listener: (content: unknown, buffers: DataView[]) => void): void;
  off(event: string, listener: (content: unknown, buffers: DataView[]) => void): void;
}

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const wire: Wire = { send: (text) => model.send({ message: text }), onMessage: () => {}, onOpen: () => {}, onClose: () => {} };
  const taken = (_: unknown, buffers: DataView[]): void => {
    const [view] = buffers;
    if (view) wire.onMessage(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
  };
  model.on("msg:custom", taken);
  const unmount = mount(el, wire, { address: false, state: String(model.get("state") ?? "") });
  wire.onOpen();
  return () => {
    model.off("msg:custom", taken);
    unmount();
  };
}
