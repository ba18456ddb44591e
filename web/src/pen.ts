// Drawing once, on a canvas or as SVG.

export interface Style {
  readonly stroke?: string;
  readonly fill?: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly alpha?: number;
}

export interface Pen {
  readonly width: number;
  readonly height: number;
  /** Lines through points; closed ones are filled together, so that a ring inside another is a hole. */
  lines(rings: readonly (readonly (readonly [number, number])[])[], style: Style, closed?: boolean): void;
  circle(x: number, y: number, radius: number, style: Style): void;
  text(
    x: number,
    y: number,
    text: string,
    style: Style & { size?: number; anchor?: "start" | "middle" | "end"; halo?: string },
  ): void;
}

const FONT = "system-ui, 'Noto Sans CJK SC', sans-serif";

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

  lines(rings: readonly (readonly (readonly [number, number])[])[], style: Style, closed = false): void {
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

  text(
    x: number,
    y: number,
    text: string,
    style: Style & { size?: number; anchor?: "start" | "middle" | "end"; halo?: string },
  ): void {
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

  /** A small picture stretched over a part of this one. */
  stretch(canvas: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    this.on.drawImage(canvas, x, y, width, height);
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

export class SvgPen implements Pen {
  readonly width: number;
  readonly height: number;
  private readonly parts: string[] = [];

  constructor(width: number, height: number, page: string) {
    this.width = width;
    this.height = height;
    this.parts.push(`<rect width="${width}" height="${height}" fill="${page}"/>`);
  }

  lines(rings: readonly (readonly (readonly [number, number])[])[], style: Style, closed = false): void {
    const path = rings.map((ring) => `M${ring.map(([x, y]) => `${short(x)} ${short(y)}`).join("L")}${closed ? "Z" : ""}`).join("");
    this.parts.push(`<path d="${path}" ${attributes(style)}/>`);
  }

  circle(x: number, y: number, radius: number, style: Style): void {
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" ${attributes(style)}/>`);
  }

  text(
    x: number,
    y: number,
    text: string,
    style: Style & { size?: number; anchor?: "start" | "middle" | "end"; halo?: string },
  ): void {
    const halo = style.halo ? ` stroke="${style.halo}" stroke-width="3.5" paint-order="stroke"` : "";
    const place = `x="${short(x)}" y="${short(y)}" text-anchor="${style.anchor ?? "start"}" dominant-baseline="central"`;
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    this.parts.push(
      `<text ${place} font-size="${style.size ?? 12}" font-weight="600" fill="${style.fill ?? "black"}"${halo}>${escaped}</text>`,
    );
  }

  toString(): string {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif">${this.parts.join("")}</svg>`;
  }
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function attributes(style: Style): string {
  const found = [`fill="${style.fill ?? "none"}"`, 'fill-rule="evenodd"', 'stroke-linejoin="round"'];
  if (style.stroke) found.push(`stroke="${style.stroke}"`, `stroke-width="${style.width ?? 1}"`);
  if (style.dash?.length) found.push(`stroke-dasharray="${style.dash.join(" ")}"`);
  if (style.alpha !== undefined) found.push(`opacity="${style.alpha}"`);
  return found.join(" ");
}
