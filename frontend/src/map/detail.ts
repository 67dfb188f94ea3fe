/** How much of the graph is shown: the commonest steps and paths, and always a way in and out of each. */
import { END, START, type Graph, type Path, type Step } from "./data";

export interface Shown {
  steps: Step[];
  paths: Path[];
  starts: { to: string; count: number; text: string }[];
  ends: { from: string; count: number; text: string }[];
  /** Share of all moves between steps that the shown paths carry, 0 to 1. */
  covered: number;
}

/** The `number` commonest items, in their order. */
export function commonest<T extends { count: number }>(items: readonly T[], number: number): T[] {
  const kept = new Set([...items].sort((a, b) => b.count - a.count).slice(0, Math.max(0, Math.round(number))));
  return items.filter((one) => kept.has(one));
}

/** How many of the items, commonest first, carry a share of the total. */
export function carrying(items: readonly { count: number }[], share: number): number {
  const counts = items.map((one) => one.count).sort((a, b) => b - a);
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  let number = 0;
  while (number < counts.length && sum < wanted) sum += counts[number++]!;
  return number;
}

/** From the spine (what carries a share of all) to everything: slowly at first, as the rare come in crowds. */
function upTo(items: readonly { count: number }[], spine: number, detail: number): number {
  const least = carrying(items, spine);
  return least + (items.length - least) * detail ** 2;
}

/**
 * The part of the graph at a level of detail from 0 (the spine) to 1 (everything).
 *
 * The commonest steps and paths stay, with the path that the title names; so does the commonest way into and out of each step that is shown, so that no
 * step floats alone.
 */
export function atDetail(graph: Graph, detail: number): Shown {
  const named = graph.paths.filter((path) => path.named);
  const common = new Set(commonest(graph.steps, upTo(graph.steps, 0.7, detail)).map((step) => step.id));
  for (const path of named) common.add(path.from).add(path.to);
  anchor(graph, common);
  const steps = graph.steps.filter((step) => common.has(step.id));
  const known = new Set(steps.map((step) => step.id));
  const possible = graph.paths.filter((path) => known.has(path.from) && known.has(path.to));
  const kept = new Set([...commonest(possible, upTo(possible, 0.5, detail)), ...named]);
  const starts = graph.starts.filter((start) => known.has(start.to));
  const ends = graph.ends.filter((end) => known.has(end.from));
  const keptStarts = new Set(commonest(starts, upTo(starts, 0.8, detail)));
  const keptEnds = new Set(commonest(ends, upTo(ends, 0.7, detail)));
  for (const step of steps) {
    connect(possible, kept, starts, keptStarts, (path) => path.to === step.id && path.from !== step.id, step.id);
    connectOut(possible, kept, ends, keptEnds, step.id);
  }
  const all = graph.paths.reduce((sum, path) => sum + path.count, 0);
  const shown = possible.filter((path) => kept.has(path));
  return {
    steps,
    paths: shown,
    starts: starts.filter((start) => keptStarts.has(start)),
    ends: ends.filter((end) => keptEnds.has(end)),
    covered: all ? shown.reduce((sum, path) => sum + path.count, 0) / all : 1,
  };
}

/** Adds the commonest neighbour of a step to or from which no shown step leads. */
function anchor(graph: Graph, shown: Set<string>): void {
  let before = -1;
  while (before < shown.size) {
    before = shown.size;
    for (const id of [...shown]) {
      const into = graph.paths.filter((path) => path.to === id && path.from !== id);
      const out = graph.paths.filter((path) => path.from === id && path.to !== id);
      const begins = graph.starts.some((start) => start.to === id);
      const ends = graph.ends.some((end) => end.from === id);
      if (!begins && into.length && !into.some((path) => shown.has(path.from))) shown.add(most(into)!.from);
      if (!ends && out.length && !out.some((path) => shown.has(path.to))) shown.add(most(out)!.to);
    }
  }
}

function connect(
  possible: Path[],
  kept: Set<Path>,
  starts: Shown["starts"],
  keptStarts: Set<Shown["starts"][number]>,
  into: (path: Path) => boolean,
  id: string,
): void {
  if ([...kept].some(into) || [...keptStarts].some((start) => start.to === id)) return;
  const best = most(possible.filter(into));
  const start = most(starts.filter((one) => one.to === id));
  if (start && start.count >= (best?.count ?? 0)) keptStarts.add(start);
  else if (best) kept.add(best);
}

function connectOut(
  possible: Path[],
  kept: Set<Path>,
  ends: Shown["ends"],
  keptEnds: Set<Shown["ends"][number]>,
  id: string,
): void {
  const out = (path: Path) => path.from === id && path.to !== id;
  if ([...kept].some(out) || [...keptEnds].some((end) => end.from === id)) return;
  const best = most(possible.filter(out));
  const end = most(ends.filter((one) => one.from === id));
  if (end && end.count >= (best?.count ?? 0)) keptEnds.add(end);
  else if (best) kept.add(best);
}

function most<T extends { count: number }>(items: T[]): T | undefined {
  return items.reduce<T | undefined>((best, one) => (best && best.count >= one.count ? best : one), undefined);
}

/** The most detail that still reads at a glance: at most `paths` lines, in steps of a twentieth. */
export function calmDetail(graph: Graph, paths = 22): number {
  for (let twentieth = 20; twentieth > 0; twentieth -= 1) {
    const shown = atDetail(graph, twentieth / 20);
    if (shown.paths.length <= paths && shown.steps.length <= 16) return twentieth / 20;
  }
  return 0;
}

export { END, START };
