/** The terms and prefixes that our own server knows; asked for once. */

import type { Site } from "./site";

export interface VocabularyTerm {
  id: string;
  iri: string;
  name: string;
  kind: "class" | "property" | "";
  count: number;
}

export interface Vocabulary {
  prefixes: Record<string, string>;
  terms: VocabularyTerm[];
}

let asked: Promise<Vocabulary> | undefined;

export function vocabulary({ endpoint }: Site): Promise<Vocabulary> {
  asked ??= fetch(`${endpoint}/terms`).then((response) => response.json()).catch(() => ({ prefixes: {}, terms: [] }));
  return asked;
}
