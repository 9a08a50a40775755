/** Drawing: elements, links that the arrow keys walk through, and labels that do not cover one another. */

import { clip, isolate } from "../text";

const SVG = "http://www.w3.org/2000/svg";
const TARGET = 24; // pixels that a finger needs (WCAG 2.2, 2.5.8)
const LETTER = 6.6; // pixels of a letter, about

export type Attributes = Record<string, string | number | undefined>;

export function element(name: string, attributes: Attributes = {}, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** A drawing of some size; what it shows is said in words by its name. */
export function canvas(name: string, width: number, height: number, ...children: Node[]): SVGSVGElement {
  const attributes = { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": name };
  const made = element("svg", attributes, ...children) as SVGSVGElement;
  walk(made);
  return made;
}

/** Something to point at, with room for a finger around it; a link where there is somewhere to go. */
export function mark(name: string, href: string | undefined, x: number, y: number, ...children: Node[]): SVGElement {
  const room = element("rect", { class: "room", x: x - TARGET / 2, y: y - TARGET / 2, width: TARGET, height: TARGET });
  const shown = clip(name, 160);
  const title = element("title", {}, isolate(shown));
  const attributes = href ? { href, "aria-label": shown, class: "mark" } : { role: "img", "aria-label": shown, class: "mark" };
  return element(href ? "a" : "g", attributes, title, room, ...children);
}

export function text(words: string, attributes: Attributes): SVGElement {
  return element("text", attributes, isolate(clip(words, 40)));
}

/** One stop for the Tab key; arrow keys, Home and End go from mark to mark. */
function walk(drawing: SVGSVGElement): void {
  const links = [...drawing.querySelectorAll<SVGAElement>("a.mark")];
  links.forEach((link, place) => link.setAttribute("tabindex", place ? "-1" : "0"));
  drawing.addEventListener("keydown", (event) => {
    const here = links.indexOf(event.target as SVGAElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const place = event.key === "Home" ? 0 : event.key === "End" ? links.length - 1 : step ? here + step : -1;
    const next = here < 0 ? undefined : links[place];
    if (!next) return;
    event.preventDefault();
    links[here]?.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Keeps a list of what is taken on a drawing, so that labels are put only where nothing else is. */
export class Room {
  private readonly taken: Box[] = [];

  constructor(private readonly width: number, private readonly height: number) {}

  take(x: number, y: number, radius: number): void {
    this.taken.push({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });
  }

  /** A label beside a point: right, left, below or above it, wherever it fits first; nothing where it fits nowhere. */
  label(words: string, x: number, y: number, radius: number): SVGElement | undefined {
    const shown = clip(words, 28);
    const wide = Array.from(shown).length * LETTER;
    const places: [number, number, string][] = [
      [x + radius + 3, y + 4, "start"], [x - radius - 3, y + 4, "end"],
      [x, y + radius + 13, "middle"], [x, y - radius - 5, "middle"],
    ];
    for (const [left, base, anchor] of places) {
      const start = anchor === "start" ? left : anchor === "end" ? left - wide : left - wide / 2;
      const box = { left: start, top: base - 11, right: start + wide, bottom: base + 4 };
      if (!this.fits(box)) continue;
      this.taken.push(box);
      return text(shown, { x: left, y: base, "text-anchor": anchor, class: "label" });
    }
    return undefined;
  }

  private fits(box: Box): boolean {
    const inside = box.left >= 0 && box.top >= 0 && box.right <= this.width && box.bottom <= this.height;
    return inside && !this.taken.some((other) =>
      box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
  }
}
