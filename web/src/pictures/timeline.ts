/** Events along time, in a lane for each type; an event whose day is not known is as wide as its bounds. */

import { scaleUtc } from "d3-scale";
import type { ScaleTime } from "d3-scale";
import { clip, count } from "../text";
import type { Happening } from "./rows";
import { canvas, element, mark, text } from "./svg";

const PITCH = 24; // pixels from row to row: a finger's width
const DEEPEST = 6; // rows of a lane; what does not fit is counted at its end
const WORDS = 64; // pixels of the words of an axis
const DAY = 86_400_000;
const SHOWN = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const YEAR = 365 * DAY;

export function timeline(events: Happening[], width: number): SVGSVGElement {
  const times = events.flatMap(({ start, end }) => [start.getTime(), end.getTime()]);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const slack = Math.max((last - first) * 0.03, 2 * DAY);
  const x = scaleUtc<number, number>([first - slack, last + slack], [10, width - 10]);
  const lanes = Map.groupBy(events, ({ type }) => type);
  const drawn: SVGElement[] = [];
  let top = 4;
  for (const [type, members] of [...lanes].sort(([, one], [, other]) => other.length - one.length)) {
    const lane = stack(members, x);
    const hidden = members.length - lane.length;
    drawn.push(text(`${clip(type || "events", 30)} (${members.length})`, { x: 4, y: top + 14, class: "lane" }));
    if (hidden) drawn.push(text(`${hidden} more in the table`, { x: width - 4, y: top + 14, "text-anchor": "end", class: "lane" }));
    const depth = 1 + Math.max(0, ...lane.map(({ row }) => row));
    drawn.push(...lane.map(({ event, row, left, right }) => bar(event, left, right, top + 20 + PITCH * (row + 0.5))));
    top += 26 + PITCH * depth;
    drawn.push(element("line", { x1: 0, x2: width, y1: top - 2, y2: top - 2, class: "rule" }));
  }
  return canvas(describe(events), width, top + 22, ...axis(x, width, top), ...drawn);
}

/** What a timeline shows, in words. */
export function describe(events: Happening[]): string {
  const times = events.flatMap(({ start, end }) => [start.getTime(), end.getTime()]).sort((one, other) => one - other);
  const [first, last] = [SHOWN.format(times[0]), SHOWN.format(times.at(-1))];
  return `Timeline of ${count(events.length, "event")}, ${first === last ? first : `${first} to ${last}`}`;
}

interface Placed {
  event: Happening;
  row: number;
  left: number;
  right: number;
}

/** Puts each event into the first row where it touches no earlier one. */
function stack(events: Happening[], x: (date: Date) => number): Placed[] {
  const ends: number[] = [];
  const placed: Placed[] = [];
  for (const event of [...events].sort((one, other) => one.start.getTime() - other.start.getTime())) {
    const [from, to] = [x(event.start), x(event.end)];
    const middle = (from + to) / 2;
    const [left, right] = [Math.min(from, middle - PITCH / 2), Math.max(to, middle + PITCH / 2)];
    const free = ends.findIndex((end) => end <= left);
    const row = free < 0 ? ends.length : free;
    if (row >= DEEPEST) continue;
    ends[row] = right;
    placed.push({ event, row, left: from, right: to });
  }
  return placed;
}

function bar(event: Happening, left: number, right: number, y: number): SVGElement {
  const [start, end] = [SHOWN.format(event.start), SHOWN.format(event.end)];
  const when = start === end ? start : `between ${start} and ${end}`;
  const wide = Math.max(12, right - left);
  const middle = (left + right) / 2;
  const shape = element("rect", { class: "bar", x: middle - wide / 2, y: y - 6, width: wide, height: 12, rx: 6 });
  return mark(`${clip(event.label, 120)}, ${when}`, event.href, middle, y, shape);
}

function axis(x: ScaleTime<number, number>, width: number, height: number): SVGElement[] {
  const ticks = x.ticks(Math.max(2, Math.floor(width / 110)));
  const step = ticks.length > 1 ? ticks[1]!.getTime() - ticks[0]!.getTime() : DAY;
  const parts: Intl.DateTimeFormatOptions =
    step >= YEAR - DAY ? { year: "numeric" } : step >= 27 * DAY ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" };
  const write = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" });
  const apart = ticks.length > 1 ? x(ticks[1]!) - x(ticks[0]!) : width;
  const each = Math.max(1, Math.ceil(WORDS / apart)); // not every line has room for its words
  return ticks.flatMap((tick, number) => {
    const place = x(tick);
    const line = element("line", { x1: place, x2: place, y1: 0, y2: height, class: "tick" });
    if (number % each || place < WORDS / 2 || place > width - WORDS / 2) return [line]; // its words would be cut
    return [line, element("text", { x: place, y: height + 16, "text-anchor": "middle", class: "axis" }, write.format(tick))];
  });
}
