/** Puts a picture into a figure, from the table or list that the figure names, and draws it again when there is more room. */

import "./pictures.css";
import { isolate } from "../text";
import { map } from "./map";
import { network } from "./network";
import { happenings, spots, ties } from "./rows";
import { timeline } from "./timeline";

type Draw = (width: number) => SVGSVGElement;
const NARROWEST = 280; // pixels

export function illustrate(figure: HTMLElement): void {
  const source = document.querySelector(figure.dataset.source || "#none");
  const draw = source ? drawing(figure, source) : undefined;
  if (!source || !draw) {
    figure.hidden = true; // the table says that there is nothing
    return;
  }
  const place = document.createElement("div");
  place.className = "drawing";
  figure.prepend(place);
  let width = 0;
  const redraw = (): void => {
    const now = Math.max(NARROWEST, Math.floor(place.clientWidth));
    if (now === width) return;
    width = now;
    show();
  };
  const show = (): void => {
    const picture = draw(width);
    picture.setAttribute("aria-description", "The table with the same data stands beside it. Arrow keys go from mark to mark.");
    place.replaceChildren(picture);
    caption(figure, picture, source);
  };
  figure.addEventListener("redraw", show);
  redraw();
  new ResizeObserver(redraw).observe(place);
}

/** How to draw what a figure is for; nothing where its source has no row to draw. */
function drawing(figure: HTMLElement, source: Element): Draw | undefined {
  if (figure.classList.contains("timeline")) {
    const events = happenings(source);
    return events.length ? (width) => timeline(events, width) : undefined;
  }
  if (figure.classList.contains("network")) {
    const found = ties(source);
    return found.length ? (width) => network(found, width) : undefined;
  }
  const found = spots(source);
  if (!found.length) return undefined;
  const whole = toggle(figure);
  return (width) => map(found, width, whole());
}

/** A button that shows the whole earth, or the part of it where something is. */
function toggle(figure: HTMLElement): () => boolean {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Whole world";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") === "false"));
    figure.dispatchEvent(new Event("redraw"));
  });
  figure.append(button);
  return () => button.getAttribute("aria-pressed") === "true";
}

/** Says what the picture shows, where the page does not say it already. */
function caption(figure: HTMLElement, picture: SVGSVGElement, source: Element): void {
  if (figure.querySelector("figcaption:not(.made)")) return;
  let made = figure.querySelector("figcaption");
  if (!made) {
    made = document.createElement("figcaption");
    made.className = "made soft";
    figure.append(made);
  }
  made.textContent = `${isolate(picture.getAttribute("aria-label") ?? "")}. `;
  if (source.id) {
    const link = document.createElement("a");
    link.href = `#${source.id}`;
    link.textContent = "The same as a table";
    made.append(link);
  }
}
