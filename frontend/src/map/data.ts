/** What the server hands over: a directly-follows graph whose numbers are already written for the reader. */

export interface Step {
  id: string;
  label: string;
  count: number;
  /** Executions of the step in a case that had it already. */
  rework: number;
  /** Median time at the step itself, seconds; null where the log has no starts. */
  work: number | null;
  says: Readings;
  href: string;
}

export interface Path {
  from: string;
  to: string;
  count: number;
  /** Median time between the two steps, seconds. */
  wait: number;
  /** Traversals that lead to a step the case had already. */
  rework: number;
  /** Time after the customer's end, which a timer brings: it is shown, but its length is nobody's wait. */
  administrative?: boolean;
  /** The path the page's title speaks of; it is shown at every detail. */
  named?: boolean;
  /** Change against the other side of a comparison, seconds; only there. */
  change?: number | null;
  says: Readings;
  href: string;
}

/** One short text for each reading of the map, and one that says all. */
export interface Readings {
  wait: string;
  count: string;
  rework: string;
  change?: string;
  all: string;
}

export type Reading = "wait" | "count" | "rework" | "change";

export interface Graph {
  steps: Step[];
  paths: Path[];
  starts: { to: string; count: number; text: string }[];
  ends: { from: string; count: number; text: string }[];
  readings: Reading[];
  name: string;
  words: Record<string, string>;
}

export const START = "\u0000start";
export const END = "\u0000end";
