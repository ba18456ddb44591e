// The pen that writes SVG.

import type { Point } from "./axes.ts";
import type { Pen, Rings, Style, TextStyle } from "./pen.ts";

export class SvgPen implements Pen {
  readonly width: number;
  readonly height: number;
  private readonly parts: string[] = [];

  constructor(width: number, height: number, page: string) {
    this.width = width;
    this.height = height;
    this.parts.push(`<rect width="${width}" height="${height}" fill="${page}"/>`);
  }

  lines(rings: Rings, style: Style, closed = false): void {
    const path = rings.map((ring) => `M${ring.map(([x, y]) => `${short(x)} ${short(y)}`).join("L")}${closed ? "Z" : ""}`).join("");
    this.parts.push(`<path d="${path}" ${attributes(style)}/>`);
  }

  circle(x: number, y: number, radius: number, style: Style): void {
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" ${attributes(style)}/>`);
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    const halo = style.halo ? ` stroke="${style.halo}" stroke-width="3.5" paint-order="stroke"` : "";
    const place = `x="${short(x)}" y="${short(y)}" text-anchor="${style.anchor ?? "start"}" dominant-baseline="central"`;
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    this.parts.push(
      `<text ${place} font-size="${style.size ?? 12}" font-weight="600" fill="${style.fill ?? "black"}"${halo}>${escaped}</text>`,
    );
  }

  /** A pen for a band of this picture, so far from its top and so high. */
  part(top: number, height: number): Pen {
    const moved = ([x, y]: Point): Point => [x, y + top];
    return {
      width: this.width,
      height,
      lines: (rings, style, closed) => this.lines(rings.map((ring) => ring.map(moved)), style, closed),
      circle: (x, y, radius, style) => this.circle(x, y + top, radius, style),
      text: (x, y, text, style) => this.text(x, y + top, text, style),
    };
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
