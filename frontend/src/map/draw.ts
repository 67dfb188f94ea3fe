/** The drawing: paths under labels under steps, all plain SVG with links that work without the island's help. */
import { END, START, type Graph, type Path, type Reading, type Step } from "./data";
import { atDetail, calmDetail, type Shown } from "./detail";
import { headOf, key, pathOf, type Box, type Layout, type Line, type Measure } from "./layout";
import { colour, lineWidth, pathValue, place, stepValue } from "./scale";

const SVG = "http://www.w3.org/2000/svg";
const LONGEST = 190;

export function element<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.append(...children);
  return made;
}

/** Widths of texts in the page's own font. */
export function ruler(): (text: string, size: number, weight: number) => number {
  const context = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.documentElement).fontFamily;
  return (text, size, weight) => {
    if (!context) return text.length * size * 0.6;
    context.font = `${weight} ${size}px ${family}`;
    return context.measureText(text).width;
  };
}

export type Ruler = ReturnType<typeof ruler>;

/** More than two lines can hold: a label of ten thousand letters is not measured letter by letter. */
const MOST_LETTERS = 160;

/** A label in at most two lines of `LONGEST` pixels, cut with an ellipsis; the whole of it is in the title. */
export function wrapped(whole: string, width: (text: string) => number, longest = LONGEST): string[] {
  const text = whole.length > MOST_LETTERS ? `${whole.slice(0, MOST_LETTERS)}…` : whole;
  if (width(text) <= longest) return [text];
  const parts = text.match(/\s*[^\s_\-/]+[_\-/]?|[\s_\-/]+/g) ?? [text];
  const lines = [""];
  for (const part of parts) {
    if (width(lines[lines.length - 1] + part) > longest && lines[lines.length - 1]) lines.push(part.trimStart());
    else lines[lines.length - 1] += part;
  }
  const cut = lines.slice(0, 2);
  if (lines.length > 2) cut[1] += " …";
  return cut.map((one) => shortened(one, width, longest));
}

function shortened(text: string, width: (text: string) => number, longest: number): string {
  let cut = text;
  while (cut.length > 1 && width(cut) > longest) cut = `${cut.replace(/\s*…$/, "").slice(0, -1).trimEnd()}…`;
  return cut;
}

/** Sizes of steps and labels for the layout. */
export function measures(measure: Ruler, reading: Reading): Measure {
  return {
    step: (step) => {
      const lines = wrapped(step.label, (text) => measure(text, 13, 550));
      const widest = Math.max(...lines.map((line) => measure(line, 13, 550)), measure(below(step, reading), 11, 400) + 4);
      return { width: Math.ceil(Math.max(84, widest + 32)), height: 40 + 17 * (lines.length - 1) + 4 };
    },
    path: (path) => ({ width: Math.ceil(measure(said(path, reading), 11, 500)) + 10, height: 16 }),
  };
}

const below = (step: Step, reading: Reading): string => (reading === "rework" && step.says.rework) || step.says.count;
export const said = (path: Path, reading: Reading): string => path.says[reading] ?? "";

export interface Extent {
  path: number;
  step: number;
  count: number;
  /** The largest value of a path, written for the reader. */
  says: string;
}

/**
 * What the darkest colour and the widest line stand for.
 *
 * They are taken from the map as it first shows, so that the slider does not change what a colour means and one rare
 * case that waited for years does not paint all others grey; what lies beyond is painted as the darkest.
 */
export function extent(graph: Graph, reading: Reading): Extent {
  const shown = atDetail(graph, calmDetail(graph));
  const told = shown.paths.filter((path) => !path.administrative || reading === "count");
  const top = told.reduce<Path | undefined>(
    (best, path) => (best && Math.abs(pathValue(best, reading)) >= Math.abs(pathValue(path, reading)) ? best : path),
    undefined,
  );
  const share = reading === "rework";
  return {
    path: share ? 1 : top ? Math.abs(pathValue(top, reading)) : 0,
    step: share ? 1 : Math.max(0, ...graph.steps.map((step) => stepValue(step, reading) ?? 0)),
    count: Math.max(1, ...graph.paths.map((path) => path.count), ...graph.starts.map((start) => start.count)),
    says: share || reading === "change" ? "" : (top?.says[reading] ?? ""),
  };
}

/** Draw the whole scene into `scene`. */
export function draw(
  scene: SVGGElement,
  shown: Shown,
  layout: Layout,
  reading: Reading,
  most: Extent,
  measure: Ruler,
): void {
  const lines = element("g", { class: "lines" });
  const labels = element("g", { class: "labels" });
  const steps = element("g", { class: "steps" });
  const terminals = [
    ...shown.starts.map((start) => ({ id: key(START, start.to), ...start })),
    ...shown.ends.map((end) => ({ id: key(end.from, END), ...end })),
  ];
  for (const one of terminals) {
    const line = layout.lines.get(one.id);
    if (line) lines.append(terminal(line, lineWidth(one.count, most.count), one.text));
  }
  // Rarer paths first, so that the main stream lies on top where they cross.
  for (const path of [...shown.paths].sort((a, b) => a.count - b.count)) {
    const found = layout.lines.get(key(path.from, path.to));
    const box = layout.boxes.get(path.from);
    const line = found && box && path.from === path.to ? loop(found, box) : found;
    if (line) drawPath(lines, labels, path, line, reading, most, measure);
  }
  for (const step of shown.steps) {
    const node = drawStep(step, layout, reading, most, measure);
    if (node) steps.append(node);
  }
  for (const [id, kind] of [[START, "start"], [END, "end"]] as const) {
    const box = layout.boxes.get(id);
    if (box) steps.append(round(box.x + box.width / 2, box.y + box.height / 2, kind));
  }
  scene.replaceChildren(lines, labels, steps);
}

function drawPath(
  lines: SVGGElement,
  labels: SVGGElement,
  path: Path,
  line: Line,
  reading: Reading,
  most: Extent,
  measure: Ruler,
): void {
  const width = lineWidth(path.count, most.count);
  const quiet = path.administrative && reading !== "count";
  const at = quiet ? 0 : place(pathValue(path, reading), most.path);
  const link = element("a", { class: quiet ? "path quiet" : "path", href: path.href, "data-path": key(path.from, path.to) });
  link.style.setProperty("--tone", colour(at, reading));
  const curve = pathOf(line.points, 4 + width);
  link.append(
    element("title", {}, path.says.all),
    element("path", { class: "reach", d: curve }),
    element("path", { class: "stroke", d: curve, "stroke-width": width.toFixed(2) }),
    element("path", { class: "head", d: headOf(line.points, width) }),
  );
  lines.append(link);
  const text = said(path, reading);
  if (!text) return;
  const label = element("g", { class: `says${at > 0.8 && reading !== "count" ? " strong" : ""}`, "data-path": key(path.from, path.to) });
  const wide = measure(text, 11, 500) + 8;
  const [middle, y] = line.label;
  const toLeft = line.points[1]![0] < line.points[0]![0] - 15; // a loop at the left says its time further left
  const x = path.from !== path.to ? middle : toLeft ? middle - wide / 2 : middle + wide / 2;
  label.append(
    element("rect", { class: "halo", x: (x - wide / 2).toFixed(1), y: (y - 8).toFixed(1), width: wide.toFixed(1), height: 16, rx: 4 }),
    element("text", { x: x.toFixed(1), y: (y + 4).toFixed(1), "text-anchor": "middle" }, text),
  );
  labels.append(label);
}

/** A loop on the side of its step where the layout left room for it, large enough to show where it leads. */
function loop(line: Line, box: Box): Line {
  const [left, top] = [Math.min(...line.points.map(([x]) => x)), Math.min(...line.points.map(([, y]) => y))];
  const right = Math.max(...line.points.map(([x]) => x));
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  if (left < box.x - 2) return sideways(line, box.x, cy, -1);
  if (right > box.x + box.width + 2) return sideways(line, box.x + box.width, cy, 1);
  const [edge, away] = top < box.y - 2 ? [box.y, -1] : [box.y + box.height, 1];
  const points: [number, number][] = [[cx - 13, edge], [cx - 24, edge + away * 26], [cx + 24, edge + away * 26], [cx + 13, edge]];
  return { ...line, points, label: [cx + 22, edge + away * 12] };
}

function sideways(line: Line, edge: number, cy: number, away: number): Line {
  const reach = edge + away * 26;
  return { ...line, points: [[edge, cy - 9], [reach, cy - 20], [reach, cy + 20], [edge, cy + 9]], label: [edge + away * 24, cy] };
}

function terminal(line: Line, width: number, text: string): SVGGElement {
  return element(
    "g",
    { class: "terminal" },
    element("title", {}, text),
    element("path", { class: "stroke", d: pathOf(line.points, 4 + width), "stroke-width": width.toFixed(2) }),
    element("path", { class: "head", d: headOf(line.points, width) }),
  );
}

function drawStep(step: Step, layout: Layout, reading: Reading, most: Extent, measure: Ruler): SVGGElement | null {
  const box = layout.boxes.get(step.id);
  if (!box) return null;
  const value = stepValue(step, reading);
  const group = element("g", { class: "step", "data-step": step.id });
  group.style.transform = `translate(${box.x.toFixed(1)}px, ${box.y.toFixed(1)}px)`;
  if (value !== null) group.style.setProperty("--tone", colour(place(value, most.step), reading));
  const lines = wrapped(step.label, (text) => measure(text, 13, 550));
  const link = element("a", { href: step.href, class: value === null ? "plain" : "toned" });
  const middle = box.width / 2;
  link.append(
    element("title", {}, step.says.all),
    element("rect", { class: "body", width: box.width, height: box.height, rx: 8 }),
    ...lines.map((line, row) =>
      element("text", { class: "name", x: middle, y: 18 + 17 * row, "text-anchor": "middle" }, line),
    ),
    element("text", { class: "below", x: middle, y: 18 + 17 * lines.length - 1, "text-anchor": "middle" },
      below(step, reading)),
  );
  group.append(link);
  return group;
}

function round(x: number, y: number, kind: "start" | "end"): SVGGElement {
  const group = element("g", { class: kind }, element("circle", { cx: x, cy: y, r: 11 }));
  group.append(
    kind === "start"
      ? element("path", { d: `M${x - 3} ${y - 4.5}l7 4.5l-7 4.5z` })
      : element("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, rx: 1 }),
  );
  return group;
}
