/** Suggestions under a search box: a combobox with a list (WAI-ARIA Authoring Practices, "Editable Combobox"). */

import "./suggest.css";
import { clip, safe } from "./text";

/** What the server suggests; `id` is the path of a page below the root of the site, where no `href` is given. */
interface Suggestion {
  id?: string;
  href?: string;
  name: string;
  description?: string;
  notable?: { name: string }[];
}

const PAUSE = 120; // milliseconds without a key before the server is asked
const SHOWN = 8;
let boxes = 0;

export function suggest(box: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.id = `suggestions-${++boxes}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const said = document.createElement("span");
  said.className = "unseen";
  said.setAttribute("role", "status");
  const frame = document.createElement("span");
  frame.className = "suggesting";
  const focused = document.activeElement === box;
  box.replaceWith(frame);
  frame.append(box, list, said);
  if (focused) box.focus();
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) box.setAttribute(name, value);
  box.autocomplete = "off";

  let active = -1;
  let timer = 0;
  let asked = new AbortController();

  function close(): void {
    list.hidden = true;
    list.replaceChildren();
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(place: number): void {
    const options = [...list.children];
    active = (place + options.length + 1) % (options.length + 1);
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    const chosen = options[active];
    if (chosen) {
      box.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      active = -1;
      box.removeAttribute("aria-activedescendant");
    }
  }

  function show(found: Suggestion[]): void {
    close();
    list.append(...found.slice(0, SHOWN).map((one, place) => option(one, `${list.id}-${place}`, box, close)));
    list.hidden = !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = list.hidden ? "No suggestions." : `${list.children.length} suggestions.`;
  }

  async function ask(): Promise<void> {
    asked.abort();
    asked = new AbortController();
    const text = box.value.trim();
    if (text.length < 2) return close();
    try {
      const response = await fetch(address(box, text), { signal: asked.signal, headers: { Accept: "application/json" } });
      if (response.ok) show((await response.json()).result ?? []);
    } catch (error) {
      if ((error as Error).name !== "AbortError") close(); // offline: the form still works
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? list.children.length - 1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) (list.children[active] as HTMLElement).click();
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", () => setTimeout(close, 150));
}

/** Where to ask: what is typed goes to the end of `…=`, or becomes the parameter `prefix`. */
function address(box: HTMLInputElement, text: string): string {
  const given = box.dataset.suggest ?? "";
  if (given.endsWith("=")) return given + encodeURIComponent(text);
  return `${given}${given.includes("?") ? "&" : "?"}prefix=${encodeURIComponent(text)}&limit=${SHOWN}`;
}

function option(one: Suggestion, id: string, box: HTMLInputElement, close: () => void): HTMLLIElement {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const name = document.createElement("bdi");
  name.textContent = clip(one.name, 90);
  const more = document.createElement("bdi");
  more.className = "soft";
  more.textContent = clip([one.notable?.[0]?.name, one.description].filter(Boolean).join(", "), 90);
  item.append(name, " ", more);
  item.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus until the click
  item.addEventListener("click", () => {
    const root = new URL(".", box.form?.action ?? document.baseURI);
    // The search box leads to what was chosen; any other box, such as a filter's, takes its name.
    const target = box.name === "q" ? safe(one.href) ?? safe(one.id && new URL(one.id, root).href) : undefined;
    if (target) window.location.assign(target);
    else {
      box.value = one.name;
      close();
      if (box.name === "q") box.form?.requestSubmit();
    }
  });
  return item;
}
