/** The address of a query, to be kept and shared; it stays in the browser, as the part after # is not sent. */

export interface Asked {
  query: string;
  view: string;
}

export function addressed(query: string, view: string): string {
  return `#${new URLSearchParams({ query, view })}`;
}

export function readAddress(hash: string): Asked | undefined {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const query = given.get("query");
  return query ? { query, view: given.get("view") ?? "table" } : undefined;
}
