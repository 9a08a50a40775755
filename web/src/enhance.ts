/** Finds search boxes and pictures in a part of a page, and loads what they need. */

const PICTURES = "figure.timeline[data-source], figure.network[data-source], figure.map[data-source]";

export async function enhance(part: ParentNode): Promise<void> {
  const boxes = part.querySelectorAll<HTMLInputElement>("input[data-suggest]");
  const figures = part.querySelectorAll<HTMLElement>(PICTURES);
  if (boxes.length) {
    const { suggest } = await import("./suggest");
    boxes.forEach(suggest);
  }
  if (figures.length) {
    const { illustrate } = await import("./pictures/illustrate");
    figures.forEach(illustrate);
  }
}
