// The pen that draws on a canvas.

import { FONT, type Pen, type Rings, type Style, type TextStyle } from "./pen.ts";

export class CanvasPen implements Pen {
  readonly width: number;
  readonly height: number;
  private readonly on: CanvasRenderingContext2D;

  /** A pen on a canvas of so many CSS pixels, which it makes sharp and clears. */
  constructor(canvas: HTMLCanvasElement, width: number, height: number, ratio = Math.min(devicePixelRatio || 1, 3)) {
    this.width = width;
    this.height = height;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    this.on = canvas.getContext("2d") as CanvasRenderingContext2D;
    this.on.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.on.clearRect(0, 0, width, height);
    this.on.lineJoin = "round";
    this.on.lineCap = "round";
  }

  lines(rings: Rings, style: Style, closed = false): void {
    this.on.beginPath();
    for (const ring of rings) {
      ring.forEach(([x, y], i) => (i ? this.on.lineTo(x, y) : this.on.moveTo(x, y)));
      if (closed) this.on.closePath();
    }
    this.paint(style);
  }

  circle(x: number, y: number, radius: number, style: Style): void {
    this.on.beginPath();
    this.on.arc(x, y, radius, 0, 2 * Math.PI);
    this.paint(style);
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    this.on.font = `600 ${style.size ?? 12}px ${FONT}`;
    this.on.textAlign = style.anchor === "middle" ? "center" : (style.anchor ?? "start");
    this.on.textBaseline = "middle";
    this.on.globalAlpha = style.alpha ?? 1;
    if (style.halo) {
      this.on.strokeStyle = style.halo;
      this.on.lineWidth = 3.5;
      this.on.setLineDash([]);
      this.on.strokeText(text, x, y);
    }
    this.on.fillStyle = style.fill ?? "black";
    this.on.fillText(text, x, y);
    this.on.globalAlpha = 1;
  }

  /** Everything that was drawn elsewhere, copied. */
  copy(canvas: HTMLCanvasElement): void {
    this.on.drawImage(canvas, 0, 0, this.width, this.height);
  }

  /** A small picture stretched over a part of this one, from the middles of its outer pixels on. */
  stretch(canvas: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    this.on.drawImage(canvas, 0.5, 0.5, canvas.width - 1, canvas.height - 1, x, y, width, height);
  }

  private paint(style: Style): void {
    this.on.globalAlpha = style.alpha ?? 1;
    if (style.fill) {
      this.on.fillStyle = style.fill;
      this.on.fill("evenodd");
    }
    if (style.stroke) {
      this.on.strokeStyle = style.stroke;
      this.on.lineWidth = style.width ?? 1;
      this.on.setLineDash([...(style.dash ?? [])]);
      this.on.stroke();
    }
    this.on.globalAlpha = 1;
  }
}
