/** Where everything stands: ELK's layered layout, with the commonest paths kept straight. */
import ELK from "elkjs/lib/elk.bundled.js";
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import { END, START, type Path, type Step } from "./data";
import type { Shown } from "./detail";

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  from: string;
  to: string;
  /** Points of a chain of cubic Bézier curves: start, then three a piece. */
  points: [number, number][];
  /** The centre of its label. */
  label: [number, number];
}

export interface Layout {
  width: number;
  height: number;
  boxes: Map<string, Box>;
  lines: Map<string, Line>;
}

export type Direction = "DOWN" | "RIGHT";
export interface Measure {
  step: (step: Step) => { width: number; height: number };
  path: (path: Path) => { width: number; height: number };
}

export const key = (from: string, to: string): string => `${from}\u0001${to}`;
const ROUND = 22;
const elk = new ELK();

/** Lay the shown part out. The widths of texts are measured by the caller, who knows the font. */
export async function lay(shown: Shown, measure: Measure, direction: Direction): Promise<Layout> {
  const most = Math.max(1, ...shown.paths.map((path) => path.count), ...shown.starts.map((start) => start.count));
  const children: ElkNode[] = shown.steps.map((step) => ({ id: step.id, ...measure.step(step) }));
  const edges: ElkExtendedEdge[] = shown.paths.map((path) =>
    edge(path.from, path.to, path.count / most, path.from === path.to ? undefined : measure.path(path)),
  );
  if (shown.starts.length) children.unshift({ id: START, width: ROUND, height: ROUND, layoutOptions: FIRST });
  if (shown.ends.length) children.push({ id: END, width: ROUND, height: ROUND, layoutOptions: LAST });
  edges.push(...shown.starts.map((start) => edge(START, start.to, start.count / most)));
  edges.push(...shown.ends.map((end) => edge(end.from, END, end.count / most)));
  const laid: ElkNode = await elk.layout({ id: "map", children, edges, layoutOptions: options(direction) });
  return {
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    boxes: new Map((laid.children ?? []).map((child) => [child.id, box(child)])),
    lines: new Map((laid.edges ?? []).map((one) => [one.id, line(one)])),
  };
}

const FIRST = { "elk.layered.layering.layerConstraint": "FIRST" };
const LAST = { "elk.layered.layering.layerConstraint": "LAST" };

function options(direction: Direction): Record<string, string> {
  return {
    "elk.algorithm": "layered",
    "elk.direction": direction,
    "elk.edgeRouting": "SPLINES",
    "elk.layered.edgeRouting.splines.mode": "SLOPPY",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.crossingMinimization.strategy": "LAYER_SWEEP",
    "elk.layered.thoroughness": "20",
    "elk.layered.cycleBreaking.strategy": "GREEDY_MODEL_ORDER",
    "elk.layered.considerModelOrder.strategy": "NONE",
    "elk.layered.feedbackEdges": "false",
    "elk.spacing.nodeNode": "34",
    "elk.spacing.edgeNode": "18",
    "elk.spacing.edgeEdge": "14",
    "elk.spacing.edgeLabel": "2",
    "elk.layered.spacing.nodeNodeBetweenLayers": "30",
    "elk.layered.spacing.edgeNodeBetweenLayers": "14",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.edgeLabels.inline": "true",
    "elk.padding": "[top=12,left=12,bottom=12,right=12]",
  };
}

function edge(
  from: string,
  to: string,
  weight: number,
  label?: { width: number; height: number },
): ElkExtendedEdge {
  const priority = String(1 + Math.round(9 * Math.sqrt(weight)));
  return {
    id: key(from, to),
    sources: [from],
    targets: [to],
    labels: label ? [{ text: "x", ...label }] : [],
    layoutOptions: {
      "elk.layered.priority.direction": priority,
      "elk.layered.priority.straightness": priority,
      "elk.layered.priority.shortness": priority,
      "elk.edgeLabels.inline": "true",
    },
  };
}

function box(child: ElkNode): Box {
  return { id: child.id, x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? 0, height: child.height ?? 0 };
}

function line(one: ElkExtendedEdge): Line {
  const section = one.sections?.[0];
  const points: [number, number][] = section
    ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map((point) => [point.x, point.y])
    : [];
  const label = one.labels?.[0];
  return {
    from: one.sources[0] ?? "",
    to: one.targets[0] ?? "",
    points: curved(points),
    label: label
      ? [(label.x ?? 0) + (label.width ?? 0) / 2, (label.y ?? 0) + (label.height ?? 0) / 2]
      : (points[Math.floor(points.length / 2)] ?? [0, 0]),
  };
}

/** A chain of cubic curves through what ELK gives: its splines are one already, a straight line becomes one. */
export function curved(points: [number, number][]): [number, number][] {
  if (points.length >= 4 && (points.length - 1) % 3 === 0) return points;
  const chain: [number, number][] = points.slice(0, 1);
  for (let place = 1; place < points.length; place += 1) {
    const [a, b] = [points[place - 1]!, points[place]!];
    chain.push([a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3]);
    chain.push([a[0] + ((b[0] - a[0]) * 2) / 3, a[1] + ((b[1] - a[1]) * 2) / 3], b);
  }
  return chain;
}

/** The curve as an SVG path, cut `short` pixels before its end, where the arrow's head stands. */
export function pathOf(points: [number, number][], short = 0): string {
  if (points.length < 4) return "";
  const own = points.map(([x, y]): [number, number] => [x, y]);
  const [end, before] = [own[own.length - 1]!, tailOf(own)];
  const [dx, dy] = unit(before, end);
  own[own.length - 1] = [end[0] - dx * short, end[1] - dy * short];
  let text = `M${point(own[0]!)}`;
  for (let place = 1; place + 2 < own.length; place += 3) {
    text += `C${point(own[place]!)} ${point(own[place + 1]!)} ${point(own[place + 2]!)}`;
  }
  return text;
}

/** The head of an arrow whose tip is the curve's end. */
export function headOf(points: [number, number][], width: number): string {
  const tip = points[points.length - 1]!;
  const [dx, dy] = unit(tailOf(points), tip);
  const [long, half] = [5 + width * 1.2, 3 + width * 0.75];
  const base: [number, number] = [tip[0] - dx * long, tip[1] - dy * long];
  return `M${point(tip)}L${point([base[0] - dy * half, base[1] + dx * half])}L${point([base[0] + dy * half, base[1] - dx * half])}Z`;
}

/** The last point that differs from the tip: control points may coincide with it. */
function tailOf(points: [number, number][]): [number, number] {
  const tip = points[points.length - 1]!;
  for (let place = points.length - 2; place >= 0; place -= 1) {
    const other = points[place]!;
    if (Math.hypot(other[0] - tip[0], other[1] - tip[1]) > 2) return other;
  }
  return [tip[0], tip[1] - 1];
}

function unit(from: [number, number], to: [number, number]): [number, number] {
  const long = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  return [(to[0] - from[0]) / long, (to[1] - from[1]) / long];
}

const point = ([x, y]: [number, number]): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
