// Whether something is another than it was.

export class Watch {
  private last = "";

  /** Whether a value, as JSON, differs from that of the call before. */
  changed(value: unknown): boolean {
    const now = JSON.stringify(value);
    if (now === this.last) return false;
    this.last = now;
    return true;
  }
}
