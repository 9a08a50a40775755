/** Where it happened, on the outlines of Natural Earth; they come with the bundle, no tile is asked for. */

import { geoNaturalEarth1, geoPath } from "d3-geo";
import type { GeoProjection } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import outlines from "world-atlas/countries-110m.json";
import { clip, count } from "../text";
import type { Spot } from "./rows";
import { Room, canvas, element, mark } from "./svg";

const NEAR = 24; // pixels within which places are one mark
const HIGHEST = 420; // pixels
const LEAST = { lat: 34, lon: 54 }; // degrees to be seen, so that one place alone has its part of the world around it
const WHOLE = { type: "Sphere" } as const;
const world = outlines as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

interface Cluster {
  x: number;
  y: number;
  members: Spot[];
}

/** @param whole whether to show the whole earth, or as much of it as holds the places */
export function map(spots: Spot[], width: number, whole: boolean): SVGSVGElement {
  const height = Math.min(HIGHEST, Math.round(width * (whole ? 0.52 : 0.62)));
  const projection = view(spots, width, height, whole);
  const path = geoPath(projection.clipExtent([[0, 0], [width, height]]));
  const land = element("path", { class: "land", d: path(feature(world, world.objects.land)) ?? "" });
  const borders = mesh(world, world.objects.countries, (one, other) => one !== other);
  const lines = element("path", { class: "border", d: path(borders) ?? "" });
  const clusters = gather(spots, projection);
  const room = new Room(width, height);
  for (const cluster of clusters) room.take(cluster.x, cluster.y, radius(cluster));
  const marks = clusters.flatMap((cluster) => point(cluster, room));
  return canvas(`Map of ${count(spots.length, "place")}`, width, height, land, lines, ...marks);
}

function view(spots: Spot[], width: number, height: number, whole: boolean): GeoProjection {
  const projection = geoNaturalEarth1();
  if (whole) return projection.fitExtent([[2, 2], [width - 2, height - 2]], WHOLE);
  const [south, north] = span(spots.map(({ lat }) => lat), LEAST.lat, 84);
  const [west, east] = span(spots.map(({ lon }) => lon), LEAST.lon, 180);
  projection.rotate([-(west + east) / 2, 0]);
  const corners = [[west, south], [east, south], [west, north], [east, north]];
  return projection.fitExtent([[0, 0], [width, height]], { type: "MultiPoint", coordinates: corners });
}

/** From the least to the greatest number with some margin, at least so far apart, within what there is of the earth. */
function span(numbers: number[], least: number, most: number): [number, number] {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const margin = Math.max(6, (least - (high - low)) / 2);
  return [Math.max(-most, low - margin), Math.min(most, high + margin)];
}

/** Places that would cover one another become one mark. */
function gather(spots: Spot[], projection: GeoProjection): Cluster[] {
  const clusters: Cluster[] = [];
  for (const spot of [...spots].sort((one, other) => other.count - one.count)) {
    const at = projection([spot.lon, spot.lat]);
    if (!at) continue;
    const near = clusters.find(({ x, y }) => Math.abs(x - at[0]) < NEAR && Math.abs(y - at[1]) < NEAR);
    if (near) near.members.push(spot);
    else clusters.push({ x: at[0], y: at[1], members: [spot] });
  }
  return clusters;
}

function point(cluster: Cluster, room: Room): SVGElement[] {
  const { x, y, members } = cluster;
  const first = members[0]!;
  const names = members.slice(0, 6).map(({ label, count: number }) => `${clip(label, 60)} (${number})`);
  if (members.length > 6) names.push(`${members.length - 6} more`);
  const circle = element("circle", { class: "dot", cx: x, cy: y, r: radius(cluster) });
  const more = members.length > 1 ? ` + ${members.length - 1}` : "";
  const label = room.label(clip(first.label, 20) + more, x, y, radius(cluster));
  return [mark(names.join(", "), first.href, x, y, circle), ...(label ? [label] : [])];
}

function radius({ members }: Cluster): number {
  return 5 + Math.min(10, Math.sqrt(members.reduce((sum, { count: number }) => sum + number, 0)));
}
