/** What the editor completes: terms of our own vocabulary, and things in our own data by their names. */

import type Yasqe from "@zazuko/yasqe";
import type { Hint, Token } from "@zazuko/yasqe";
import { clip } from "../text";
import type { Site } from "./site";
import { vocabulary } from "./vocabulary";

const MOST = 40;
const LETTERS = 2;

/** Registers the completers; "terms" shows by itself after a colon, "names" when it is asked for (Ctrl and space). */
export function registerCompleters(editor: typeof Yasqe, site: Site): string[] {
  const shown = new Map<string, string>();

  async function terms(typed: string): Promise<string[]> {
    const wanted = typed.toLowerCase();
    const known = (await vocabulary(site)).terms;
    const fitting = known.filter(({ id, name }) =>
      id.toLowerCase().startsWith(wanted) || (!wanted.includes(":") && `${id.split(":")[1]} ${name}`.toLowerCase().includes(wanted)));
    for (const { id, name, kind, count } of fitting) {
      shown.set(id, [id, name, kind, count ? count.toLocaleString("en") : ""].filter(Boolean).join(" · "));
    }
    return fitting.slice(0, MOST).map(({ id }) => id);
  }

  async function things(typed: string): Promise<string[]> {
    const response = await fetch(`${site.root}reconcile/suggest/entity?${new URLSearchParams({ prefix: typed })}`);
    const found: { id: string; name: string; description?: string }[] = response.ok ? (await response.json()).result : [];
    return found.map(({ id, name, description }) => {
      const iri = `<${site.base}${id}>`;
      shown.set(iri, [clip(name, 60), clip(description ?? "", 60)].filter(Boolean).join(" · "));
      return iri;
    });
  }

  const postprocessHints = (_: Yasqe, hints: Hint[]): Hint[] =>
    hints.map((hint) => ({ ...hint, displayText: shown.get(hint.text) ?? hint.text }));
  const word = (token: Token): string => token.string.trim();
  const isName = (token: Token): boolean => /^[\p{L}][\p{L}\p{N}_.-]*:?[\p{L}\p{N}_.-]*$/u.test(word(token));

  editor.registerAutocompleter({
    name: "terms", bulk: false, autoShow: true, persistenceId: undefined, postprocessHints,
    isValidCompletionPosition: (yasqe) => isName(yasqe.getCompleteToken()) && word(yasqe.getCompleteToken()).includes(":"),
    get: (_, token) => terms(word(token!)),
  }, false);
  editor.registerAutocompleter({
    name: "names", bulk: false, autoShow: false, persistenceId: undefined, postprocessHints,
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return isName(token) && !word(token).includes(":") && word(token).length >= LETTERS;
    },
    get: async (_, token) => [...(await terms(word(token!))), ...(await things(word(token!)))],
  }, false);
  return ["variables", "terms", "names"];
}
