// Drawing once a refresh of the screen, however much has changed since the last.

export class Drawing {
  private readonly draw: () => void;
  private waiting = 0;

  constructor(draw: () => void) {
    this.draw = draw;
  }

  soon(): void {
    this.stop();
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  stop(): void {
    cancelAnimationFrame(this.waiting);
  }
}
