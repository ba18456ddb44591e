// What anywidget gives a widget: traits that Python and the page share, and messages.

export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: (content: unknown, buffers: DataView[]) => void): void;
  off(event: string, listener: (content: unknown, buffers: DataView[]) => void): void;
}
