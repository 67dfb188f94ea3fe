/** From a number to a width and a place on a ramp of colour. */
import type { Path, Reading, Step } from "./data";

/** Line width in pixels: the area a line takes grows with what it carries. */
export function lineWidth(count: number, most: number): number {
  return most > 0 ? 1.25 + 7.75 * Math.sqrt(Math.max(0, count) / most) : 1.25;
}

/** What a path's colour tells in a reading, as a plain number. */
export function pathValue(path: Path, reading: Reading): number {
  if (reading === "wait") return path.wait;
  if (reading === "count") return path.count;
  if (reading === "change") return path.change ?? 0;
  return path.count ? path.rework / path.count : 0;
}

/** What a step's colour tells in a reading; null where it tells nothing. */
export function stepValue(step: Step, reading: Reading): number | null {
  if (reading === "count") return step.count;
  if (reading === "rework") return step.count ? step.rework / step.count : 0;
  return null;
}

/**
 * The place of a value on the ramp, 0 to 1. Waits and counts span orders of magnitude, so their square root is placed;
 * a change keeps its sign and is placed from -1 to 1.
 */
export function place(value: number, most: number): number {
  if (most <= 0) return 0;
  return Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / most));
}

/** A CSS colour at a place on the ramp of a reading. */
export function colour(at: number, reading: Reading): string {
  if (reading === "count") return mix("--color-count-low", "--color-count-high", at);
  if (reading === "change" && at < 0) return mix("--color-heat-low", "--color-count-high", -at);
  return at < 0.5
    ? mix("--color-heat-low", "--color-heat-mid", at * 2)
    : mix("--color-heat-mid", "--color-heat-high", at * 2 - 1);
}

function mix(from: string, to: string, at: number): string {
  return `color-mix(in oklab, var(${from}), var(${to}) ${Math.round(at * 100)}%)`;
}
