/** Asks the endpoint; every answer becomes rows of terms, whatever the form of the query. */

export interface Term {
  type: "uri" | "literal" | "bnode";
  value: string;
  datatype?: string;
  "xml:lang"?: string;
}

export type Row = Record<string, Term | undefined>;

export interface Solutions {
  columns: string[];
  rows: Row[];
  graph: boolean;
  seconds: number;
}

export interface Failure {
  problem: string;
}

export type Found = Solutions | Failure | { boolean: boolean; seconds: number };

const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";
const MOST = 20_000_000; // characters of an answer that a page can hold; more can be downloaded
const LONG = 6_000; // characters of a query that an address may have

export async function ask(endpoint: string, query: string, signal: AbortSignal): Promise<Found> {
  const started = performance.now();
  try {
    const response = await send(endpoint, query, signal);
    const text = await read(response);
    const seconds = (performance.now() - started) / 1000;
    if (text === undefined) return { problem: "The answer is too long for a page. Choose a format under “Answer as” and run it again to download it." };
    if (!response.ok) return { problem: reason(text, response) };
    if (response.headers.get("Content-Type")?.startsWith("application/n-triples")) return { ...triples(text), seconds };
    const document = JSON.parse(text);
    if (typeof document.boolean === "boolean") return { boolean: document.boolean, seconds };
    return { columns: document.head.vars, rows: document.results.bindings, graph: false, seconds };
  } catch (error) {
    return { problem: signal.aborted ? "" : `The server cannot be reached: ${(error as Error).message}` };
  }
}

function send(endpoint: string, query: string, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: ACCEPT };
  if (query.length < LONG) return fetch(`${endpoint}?${new URLSearchParams({ query })}`, { headers, signal });
  return fetch(endpoint, { method: "POST", headers, body: new URLSearchParams({ query }), signal });
}

/** The whole text of an answer; nothing, and no more of it read, where it is too long. */
async function read(response: Response): Promise<string | undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length > MOST) {
      await reader.cancel();
      return undefined;
    }
  }
}

/** What an error says (RFC 9457). */
function reason(text: string, response: Response): string {
  try {
    const { title, detail } = JSON.parse(text);
    return [title, detail].filter(Boolean).join(": ");
  } catch {
    return `${response.status} ${response.statusText}`;
  }
}

const TRIPLE = /^(<[^>]*>|_:\S+) (<[^>]*>) (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) \.$/;
const LITERAL = /^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$/;
const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** A graph as rows of subject, property and value (RDF 1.1 N-Triples, as our own server writes it). */
export function triples(text: string): Omit<Solutions, "seconds"> {
  const columns = ["subject", "property", "value"];
  const rows: Row[] = [];
  for (const line of text.split("\n")) {
    const parts = TRIPLE.exec(line);
    if (parts) rows.push(Object.fromEntries(columns.map((name, place) => [name, term(parts[place + 1]!)])));
  }
  return { columns, rows, graph: true };
}

function term(text: string): Term {
  if (text.startsWith("<")) return { type: "uri", value: unescape(text.slice(1, -1)) };
  const [, value = "", language, datatype] = LITERAL.exec(text) ?? [];
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  return { type: "literal", value: unescape(value), "xml:lang": language, datatype };
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    short || long ? String.fromCodePoint(parseInt(short ?? long, 16)) : (ESCAPES[letter] ?? letter));
}
