/** The contract with the server: a picture shows what the data attributes of a table or list on the page say. */

import { safe } from "../text";

export interface Happening {
  start: Date;
  end: Date;
  type: string;
  label: string;
  href?: string;
}

export interface Tie {
  from: string;
  to: string;
  count: number;
  fromHref?: string;
  toHref?: string;
}

export interface Spot {
  lat: number;
  lon: number;
  label: string;
  count: number;
  href?: string;
}

/** Rows of a timeline; those without a readable day are left out, an open end is the other end. */
export function happenings(source: Element): Happening[] {
  return rows(source, "[data-start], [data-end]", ({ start, end, type, label, href }) => {
    const first = day(start) ?? day(end);
    const last = day(end) ?? first;
    if (!first || !last) return undefined;
    const [from, to] = first <= last ? [first, last] : [last, first];
    return { start: from, end: to, type: type ?? "", label: label ?? "", href: safe(href) };
  });
}

/** Rows of a network. */
export function ties(source: Element): Tie[] {
  return rows(source, "[data-from][data-to]", ({ from, to, count, fromHref, toHref }) =>
    from && to ? { from, to, count: positive(count), fromHref: safe(fromHref), toHref: safe(toHref) } : undefined);
}

/** Rows of a map; those that are nowhere on earth are left out. */
export function spots(source: Element): Spot[] {
  return rows(source, "[data-lat][data-lon]", ({ lat, lon, label, count, href }) => {
    const [north, east] = [coordinate(lat), coordinate(lon)];
    if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) return undefined;
    return { lat: north, lon: east, label: label ?? "", count: positive(count), href: safe(href) };
  });
}

function rows<T>(source: Element, selector: string, read: (data: DOMStringMap) => T | undefined): T[] {
  const found = [...source.querySelectorAll<HTMLElement>(selector)].map((row) => read(row.dataset));
  return found.filter((row): row is Awaited<T> & T => row !== undefined);
}

function day(text: string | undefined): Date | undefined {
  const match = /^(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(text ?? "");
  if (!match) return undefined;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1)));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function positive(text: string | undefined): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : 1;
}

function coordinate(text: string | undefined): number {
  return text?.trim() ? Number(text) : Number.NaN;
}
