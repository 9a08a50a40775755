/** Who had to do with whom: the more often, the thicker the line. The same data give the same picture. */

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import type { SimulationNodeDatum } from "d3-force";
import { clip, count } from "../text";
import type { Tie } from "./rows";
import { Room, canvas, element, mark } from "./svg";

const MOST = 40; // people can read no more at a time; the table has all
const STEPS = 300;

interface Dot extends SimulationNodeDatum {
  name: string;
  href?: string;
  weight: number;
  neighbours: Set<string>;
}

interface Line {
  source: Dot;
  target: Dot;
  count: number;
}

export function network(ties: Tie[], width: number): SVGSVGElement {
  const all = dots(ties);
  const shown = [...all.values()].sort((one, other) => other.weight - one.weight).slice(0, MOST);
  const lines = edges(ties, all, new Set(shown));
  const height = Math.round(Math.min(560, Math.max(260, 90 + 14 * shown.length)));
  arrange(shown, lines, width, height);
  const heaviest = Math.max(...lines.map((line) => line.count), 1);
  const room = new Room(width, height);
  for (const dot of shown) room.take(dot.x!, dot.y!, radius(dot));
  const paths = lines.map(({ source, target, count: number }) => element("line", {
    x1: source.x, y1: source.y, x2: target.x, y2: target.y, class: "tie", "stroke-width": 1 + (4 * number) / heaviest,
  }));
  const marks = shown.flatMap((dot) => {
    const circle = element("circle", { class: "dot", cx: dot.x, cy: dot.y, r: radius(dot) });
    const label = room.label(dot.name, dot.x!, dot.y!, radius(dot));
    const said = `${clip(dot.name, 100)}, connected with ${dot.neighbours.size}`;
    return [mark(said, dot.href, dot.x!, dot.y!, circle), ...(label ? [label] : [])];
  });
  const more = all.size > shown.length ? `, the ${shown.length} most connected of them drawn` : "";
  return canvas(`Network of ${count(all.size, "actor")}${more}`, width, height, ...paths, ...marks);
}

function dots(ties: Tie[]): Map<string, Dot> {
  const found = new Map<string, Dot>();
  const meet = (name: string, href: string | undefined, other: string, number: number): void => {
    const key = href ?? name;
    const dot = found.get(key) ?? { name, href, weight: 0, neighbours: new Set<string>() };
    dot.weight += number;
    dot.neighbours.add(other);
    found.set(key, dot);
  };
  for (const { from, to, fromHref, toHref, count: number } of ties) {
    meet(from, fromHref, toHref ?? to, number);
    meet(to, toHref, fromHref ?? from, number);
  }
  return found;
}

/** Lines between the dots shown, both directions in one. */
function edges(ties: Tie[], all: Map<string, Dot>, shown: Set<Dot>): Line[] {
  const found = new Map<string, Line>();
  for (const tie of ties) {
    const ends = [tie.fromHref ?? tie.from, tie.toHref ?? tie.to].sort();
    const [source, target] = [all.get(ends[0]!), all.get(ends[1]!)];
    if (!source || !target || source === target || !shown.has(source) || !shown.has(target)) continue;
    const key = ends.join("\n");
    const line = found.get(key) ?? { source, target, count: 0 };
    line.count += tie.count;
    found.set(key, line);
  }
  return [...found.values()];
}

function arrange(shown: Dot[], lines: Line[], width: number, height: number): void {
  const wide = width / height; // pull harder along the shorter side
  forceSimulation(shown)
    .force("link", forceLink<Dot, Line>(lines).distance(70).strength(0.35))
    .force("charge", forceManyBody().strength(-220))
    .force("collide", forceCollide<Dot>((dot) => Math.max(14, radius(dot) + 6)))
    .force("x", forceX(0).strength(0.06 / Math.max(1, wide)))
    .force("y", forceY(0).strength(0.06 * Math.max(1, wide)))
    .stop()
    .tick(STEPS);
  stretch(shown, "x", 60, width - 60);
  stretch(shown, "y", 24, height - 24);
  // Stretching may have brought dots together again along the shorter side.
  const apart = forceSimulation(shown).force("collide", forceCollide<Dot>(14)).stop();
  apart.tick(30);
  for (const dot of shown) {
    dot.x = Math.min(width - 14, Math.max(14, dot.x!));
    dot.y = Math.min(height - 14, Math.max(14, dot.y!));
  }
}

/** Fills the room that there is. */
function stretch(shown: Dot[], axis: "x" | "y", from: number, to: number): void {
  const places = shown.map((dot) => dot[axis]!);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  for (const dot of shown) {
    dot[axis] = most > least ? from + ((dot[axis]! - least) / (most - least)) * (to - from) : (from + to) / 2;
  }
}

function radius({ weight }: Dot): number {
  return 5 + Math.min(9, Math.sqrt(weight));
}
