/** The answer on the page: what was found, as what it can be seen, and where it can be had in other formats. */

import { count } from "../text";
import type { Found } from "./ask";
import type { Site } from "./site";
import { tabulate } from "./table";
import { vocabulary } from "./vocabulary";

const FORMATS: Record<"rows" | "graph", Record<string, string>> = {
  rows: { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" },
  graph: { ttl: "Turtle", nt: "N-Triples", jsonld: "JSON-LD", rdf: "RDF/XML" },
};
const TITLES: Record<string, string> = { table: "Table", timeline: "Timeline", network: "Network", map: "Map" };

export class Answer {
  view = "table";

  constructor(
    private readonly place: HTMLElement,
    private readonly site: Site,
    private readonly changed: (view: string) => void,
  ) {}

  wait(): void {
    this.place.hidden = false;
    this.place.setAttribute("aria-busy", "true");
    this.place.replaceChildren(told("Running…"));
  }

  async show(query: string, found: Found, view: string): Promise<void> {
    this.place.removeAttribute("aria-busy");
    if ("problem" in found) {
      const problem = told(found.problem);
      problem.className = "problem";
      this.place.replaceChildren(problem);
      return;
    }
    const time = `${found.seconds.toFixed(2)} seconds`;
    if ("boolean" in found) {
      this.place.replaceChildren(told(`${found.boolean ? "Yes" : "No"}, in ${time}.`));
      return;
    }
    const { prefixes } = await vocabulary(this.site);
    const rows = document.createElement("div");
    const pictures = tabulate(rows, found, this.site, prefixes);
    this.view = pictures.includes(view) ? view : "table";
    const figure = document.createElement("div");
    const status = told(`${count(found.rows.length, found.graph ? "triple" : "row")} in ${time}.`);
    this.place.replaceChildren(status, this.views(pictures, figure), figure, this.downloads(query, found.graph), rows);
    await this.draw(figure);
  }

  /** Buttons that change how the answer is seen; the table always stays, as what the pictures are taken from. */
  private views(pictures: string[], figure: HTMLElement): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "views";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "See the answer as");
    const press = (): void => {
      for (const button of bar.children) button.setAttribute("aria-pressed", String((button as HTMLElement).dataset.as === this.view));
    };
    for (const view of pictures.length ? ["table", ...pictures] : []) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.as = view;
      button.textContent = TITLES[view] ?? view;
      button.addEventListener("click", () => {
        this.view = view;
        press();
        this.changed(view);
        void this.draw(figure);
      });
      bar.append(button);
    }
    press();
    return bar;
  }

  private async draw(place: HTMLElement): Promise<void> {
    place.replaceChildren();
    if (this.view === "table") return;
    const figure = document.createElement("figure");
    figure.className = this.view;
    figure.dataset.source = "#rows";
    place.append(figure);
    const { illustrate } = await import("../pictures/illustrate");
    illustrate(figure);
  }

  private downloads(query: string, graph: boolean): HTMLElement {
    const line = document.createElement("p");
    line.append("Download: ");
    for (const [format, name] of Object.entries(FORMATS[graph ? "graph" : "rows"])) {
      const link = document.createElement("a");
      link.href = `${this.site.endpoint}?${new URLSearchParams({ query, format })}`;
      link.download = `answer.${format}`;
      link.textContent = name;
      line.append(link, " ");
    }
    return line;
  }
}

function told(words: string): HTMLElement {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = words;
  return line;
}
