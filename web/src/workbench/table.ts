/** An answer as a table like those of the other pages, with what pictures need on its rows. */

import { attributes, roles } from "./columns";
import { safe } from "../text";
import type { Row, Solutions, Term } from "./ask";
import { address } from "./site";
import type { Site } from "./site";

const SHOWN = 1000; // rows on the page at a time
const LONGEST = 500; // characters of a value
const PLAIN = /#(string|langString)$/;

/** Fills a section with the rows of an answer; returns which pictures can be drawn of them. */
export function tabulate(place: HTMLElement, found: Solutions, site: Site, prefixes: Record<string, string>): string[] {
  const known = roles(found);
  const link = (iri: string): string => address(iri, site);
  const short = (term: Term): string => (term.type === "uri" ? compact(term.value, site, prefixes) : term.value);
  const table = document.createElement("table");
  table.id = "rows";
  const caption = table.createCaption();
  const head = table.createTHead().insertRow();
  for (const name of found.columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  let shown = 0;
  const more = document.createElement("button");
  more.type = "button";
  const grow = (): void => {
    for (const row of found.rows.slice(shown, shown + SHOWN)) {
      const line = body.insertRow();
      Object.assign(line.dataset, attributes(row, known, link, short));
      for (const name of found.columns) line.insertCell().append(...content(row[name], link, short));
    }
    shown = Math.min(found.rows.length, shown + SHOWN);
    const all = shown === found.rows.length;
    caption.textContent = all ? "All rows" : `The first ${shown.toLocaleString("en")} rows`;
    more.textContent = `${Math.min(SHOWN, found.rows.length - shown)} more`;
    more.hidden = all;
  };
  more.addEventListener("click", grow);
  grow();
  const frame = document.createElement("div");
  frame.className = "scroll";
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", "Rows of the answer");
  frame.append(table);
  place.replaceChildren(frame, more);
  return [
    ...(known.start ? ["timeline"] : []),
    ...(known.from && body.querySelector("[data-from][data-to]") ? ["network"] : []),
    ...(known.latitude && known.longitude ? ["map"] : []),
  ];
}

function content(term: Row[string], link: (iri: string) => string, short: (term: Term) => string): Node[] {
  if (!term) return [];
  const words = document.createElement("bdi");
  const text = short(term);
  words.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const target = term.type === "uri" ? safe(link(term.value)) : undefined;
  if (target) {
    const anchor = document.createElement("a");
    anchor.href = target;
    anchor.append(words);
    return [anchor];
  }
  const language = term["xml:lang"];
  if (language) words.lang = language;
  if (!term.datatype || PLAIN.test(term.datatype)) return [words];
  words.title = term.datatype;
  return [words];
}

/** An IRI as people write it: with its prefix, or as a path below the base of the data. */
function compact(iri: string, { base }: Site, prefixes: Record<string, string>): string {
  if (base && iri.startsWith(base)) return iri.slice(base.length) || iri;
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && /^[\w.-]+$/.test(iri.slice(start.length))) return `${prefix}:${iri.slice(start.length)}`;
  }
  return iri;
}
