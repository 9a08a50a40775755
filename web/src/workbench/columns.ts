/** Which columns of an answer say when, where and who: by their names, then by what is in them. */

import type { Row, Solutions, Term } from "./ask";

export interface Column {
  name: string;
  label?: string;
}

export interface Roles {
  start?: string;
  end?: string;
  latitude?: string;
  longitude?: string;
  from?: Column;
  to?: Column;
  count?: string;
  label?: string;
  type?: string;
  thing?: string;
}

const PAIRS: [string, string][] = [
  ["one", "other"], ["who", "whom"], ["who", "with"], ["source", "target"], ["initiator", "target"], ["accuser", "accused"],
  ["subject", "object"], ["subject", "value"], ["s", "o"], ["a", "b"], ["event", "who"], ["who", "for"],
];
const ENDS = /^(to|end|last|latest|latestdate|until)$/i;
const STARTS = /^(from|start|first|earliest|earliestdate|day|date|when)$/i;
const NUMBER = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;
const DATE = /#(date|dateTime|gYear|gYearMonth)$/;

export function roles({ columns, rows, graph }: Solutions): Roles {
  const sample = rows.slice(0, 100);
  const holds = (name: string, test: (term: Term) => boolean): boolean => {
    const terms = sample.map((row) => row[name]).filter((term): term is Term => term !== undefined);
    return terms.length > 0 && terms.every(test);
  };
  const named = (pattern: RegExp): string | undefined => columns.find((name) => pattern.test(name));
  const dates = columns.filter((name) => holds(name, isDate));
  const numbers = columns.filter((name) => holds(name, isNumber));
  const start = dates.find((name) => STARTS.test(name)) ?? dates.find((name) => !ENDS.test(name)) ?? dates[0];
  const end = dates.find((name) => ENDS.test(name)) ?? dates.find((name) => name !== start) ?? start;
  const latitude = numbers.find((name) => /^lat/i.test(name));
  const longitude = numbers.find((name) => /^lon|^lng/i.test(name));
  const [from, to] = pair(columns, holds);
  return {
    start, end, latitude, longitude,
    from: from ? column(from, columns) : undefined,
    to: to ? column(to, columns) : undefined,
    count: graph ? undefined : numbers.find((name) => name !== latitude && name !== longitude && holds(name, isWhole)),
    label: named(/^(label|name|title|headline|placeLabel|eventLabel)$/i),
    type: named(/^(type|kind|class|typeLabel)$/i),
    thing: columns.find((name) => holds(name, ({ type }) => type === "uri")),
  };
}

/** The two columns whose values are to be connected. */
function pair(columns: string[], holds: (name: string, test: (term: Term) => boolean) => boolean): [string?, string?] {
  const known = PAIRS.find(([one, other]) => columns.includes(one) && columns.includes(other));
  if (known) return known;
  const things = columns.filter((name) => !/label$/i.test(name) && holds(name, ({ type }) => type === "uri"));
  return things.length > 1 ? [things[0], things[1]] : [];
}

function column(name: string, columns: string[]): Column {
  return { name, label: columns.find((other) => other === `${name}Label` || other === `${name}_label`) };
}

function isDate({ datatype, value }: Term): boolean {
  return DATE.test(datatype ?? "") && /^-?\d{4}/.test(value);
}

function isNumber({ datatype, value }: Term): boolean {
  return NUMBER.test(datatype ?? "") && Number.isFinite(Number(value));
}

function isWhole({ datatype }: Term): boolean {
  return !/decimal|double|float/.test(datatype ?? "");
}

/** The data attributes of a row, by which pictures are drawn (see ../pictures/rows.ts). */
export function attributes(row: Row, found: Roles, link: (iri: string) => string, short: (term: Term) => string): DOMStringMap {
  const text = (name: string | undefined): string | undefined => (name && row[name] ? short(row[name]) : undefined);
  const href = (name: string | undefined): string | undefined =>
    name && row[name]?.type === "uri" ? link(row[name].value) : undefined;
  const made: DOMStringMap = {};
  if (found.start && row[found.start]) {
    made.start = row[found.start]?.value;
    made.end = (found.end && row[found.end]?.value) || made.start;
    made.type = text(found.type) ?? "";
  }
  if (found.from && found.to && row[found.from.name] && row[found.to.name]?.type !== undefined) {
    made.from = text(found.from.label) ?? text(found.from.name);
    made.to = text(found.to.label) ?? text(found.to.name);
    made.fromHref = href(found.from.name);
    made.toHref = href(found.to.name);
  }
  if (found.latitude && found.longitude) {
    made.lat = row[found.latitude]?.value;
    made.lon = row[found.longitude]?.value;
  }
  made.count = (found.count && row[found.count]?.value) || "1";
  made.label = text(found.label) ?? told(row, found, short);
  made.href = href(found.thing);
  for (const name of Object.keys(made)) if (made[name] === undefined) delete made[name];
  return made;
}

/** A row in words, where no column is its name. */
function told(row: Row, { start, end }: Roles, short: (term: Term) => string): string {
  const names = Object.keys(row).filter((name) => name !== start && name !== end && row[name]);
  return names.slice(0, 3).map((name) => short(row[name]!)).join(", ");
}
