/** Where things are: the endpoint, the base IRI of the data, and the path below which this server has its pages. */
export interface Site {
  endpoint: string;
  base: string;
  root: string;
}

const PERMANENT = "https://w3id.org/communique/";

/** Where a click on an IRI leads: a page of this server for our own, the IRI itself for others. */
export function address(iri: string, site: Site): string {
  for (const start of [site.base, PERMANENT]) if (start && iri.startsWith(start)) return site.root + iri.slice(start.length);
  return iri;
}
