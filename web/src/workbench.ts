/** The page at /sparql: an editor in place of the plain text field, and answers on the page, as tables and pictures. */

import "./workbench/workbench.css";
import { addressed, readAddress } from "./workbench/address";
import { ask } from "./workbench/ask";
import { edit } from "./workbench/editor";
import { enhance } from "./enhance";
import { Answer } from "./workbench/answer";

const HERE = "";

function open(form: HTMLFormElement, place: HTMLElement): void {
  const site = { endpoint: form.action, base: form.dataset.base ?? "", root: form.dataset.root ?? "/" };
  const editor = edit(form.querySelector("textarea")!, site, () => form.requestSubmit());
  const format = form.querySelector("select")!;
  format.prepend(new Option("a table and pictures, here", HERE, true, true));
  const answer = new Answer(place, site, (view) => history.replaceState(null, "", addressed(editor.query, view)));
  let running = new AbortController();

  async function run(view: string): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const query = editor.query;
    answer.wait();
    const found = await ask(site.endpoint, query, signal);
    if (!signal.aborted) answer.show(query, found, view);
  }

  function follow(): void {
    const asked = readAddress(location.hash);
    if (!asked) return;
    editor.query = asked.query;
    format.value = HERE;
    void run(asked.view);
  }

  form.addEventListener("submit", (event) => {
    editor.save();
    if (format.value !== HERE) return; // the browser sends the form, and keeps or shows what comes
    event.preventDefault();
    history.pushState(null, "", addressed(editor.query, answer.view));
    void run(answer.view);
  });
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-view]")) {
    // An example is an address of the endpoint for those without scripts, and one of this page for those with them.
    const query = new URL(link.href).searchParams.get("query") ?? "";
    link.href = addressed(query, link.dataset.view ?? "table");
    link.addEventListener("click", () => setTimeout(() => form.scrollIntoView()));
  }
  addActions(form, editor);
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);
  follow();
}

/** What can be done with a query besides running it. */
function addActions(form: HTMLFormElement, editor: ReturnType<typeof edit>): void {
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const button = (name: string, act: () => void): HTMLButtonElement => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    made.addEventListener("click", act);
    return made;
  };
  const copy = button("Copy address", () => {
    const address = new URL(addressed(editor.query, "table"), location.href).href;
    navigator.clipboard.writeText(address).then(
      () => { said.textContent = "The address is in the clipboard."; },
      () => { said.textContent = address; },
    );
  });
  form.querySelector(".actions")!.append(copy, button("Declare prefixes", () => editor.declarePrefixes()), said);
}

void enhance(document);
const form = document.querySelector<HTMLFormElement>("form#workbench");
const place = document.getElementById("answer");
if (form && place) open(form, place);
