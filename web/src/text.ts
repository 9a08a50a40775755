/** Names come from articles: they may be long, write from right to left, or try to turn the reading direction. */

const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHOWN = 48;

/** A name on one line, at most `length` characters long, without characters that only steer. */
export function clip(name: string, length = SHOWN): string {
  const line = name.slice(0, 8 * length).replace(CONTROLS, " ").replace(/\s+/g, " ").trim();
  const letters = Array.from(line);
  return letters.length > length ? letters.slice(0, length - 1).join("") + "…" : line;
}

/** A name that keeps its own direction inside other text: first strong isolate (Unicode Standard Annex 9, 2.4.3). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

/** An address that a click may lead to, or nothing: never `javascript:`, whatever the data says. */
export function safe(address: string | undefined): string | undefined {
  if (!address) return undefined;
  try {
    const { protocol } = new URL(address, document.baseURI);
    return protocol === "http:" || protocol === "https:" ? address : undefined;
  } catch {
    return undefined;
  }
}

/** A number with its noun. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
