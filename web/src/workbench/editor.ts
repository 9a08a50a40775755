/** The editor: Yasqe, the one of Yasgui, in place of a plain text field. */

import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { registerCompleters } from "./completion";
import type { Site } from "./site";
import { vocabulary } from "./vocabulary";

export interface Editor {
  query: string;
  save(): void;
  declarePrefixes(): void;
}

export function edit(field: HTMLTextAreaElement, site: Site, run: () => void): Editor {
  const place = document.createElement("div");
  field.before(place);
  field.hidden = true;
  field.required = false; // a hidden field cannot be pointed at; the server tells of an empty query
  const keys = { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false }; // Tab leaves the editor (WCAG 2.1.2)
  const yasqe = new Yasqe(place, {
    value: field.value,
    autocompleters: registerCompleters(Yasqe, site),
    extraKeys: { ...(Yasqe.defaults.extraKeys as object), ...keys, "Ctrl-S": false, "Cmd-S": false } as never,
    screenReaderLabel: "Query",
    consumeShareLink: null,
    createShareableLink: null as never, // its dialog would offer services of others
    persistenceId: null,
    resizeable: false,
    showQueryButton: false,
    lineWrapping: true,
    editorHeight: "auto",
    viewportMargin: Infinity,
    requestConfig: { endpoint: site.endpoint },
  });
  document.querySelector<HTMLLabelElement>(`label[for="${field.id}"]`)?.addEventListener("click", () => yasqe.focus());
  void vocabulary(site); // so that it is there when something is to be completed
  return {
    get query() {
      return yasqe.getValue();
    },
    set query(text: string) {
      yasqe.setValue(text);
    },
    save() {
      field.value = yasqe.getValue();
    },
    async declarePrefixes() {
      const { prefixes } = await vocabulary(site);
      const declared = yasqe.getPrefixesFromQuery();
      const used = Object.entries(prefixes).filter(([prefix]) =>
        !(prefix in declared) && new RegExp(`(?<![\\w:])${prefix}:`).test(yasqe.getValueWithoutComments()));
      if (used.length) yasqe.addPrefixes(Object.fromEntries(used));
    },
  };
}
