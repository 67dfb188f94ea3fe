import { describe, expect, it } from "vitest";
import type { Graph, Path, Step } from "./data";
import { atDetail, calmDetail, carrying } from "./detail";

const says = { wait: "", count: "", rework: "", all: "" };
const step = (id: string, count: number): Step => ({ id, label: id, count, rework: 0, work: null, says, href: "" });
const path = (from: string, to: string, count: number): Path => ({ from, to, count, wait: 1, rework: 0, says, href: "" });

const graph: Graph = {
  steps: [step("a", 100), step("b", 90), step("c", 10), step("rare", 1)],
  paths: [path("a", "b", 85), path("b", "c", 8), path("a", "c", 2), path("c", "rare", 1), path("rare", "b", 1)],
  starts: [{ to: "a", count: 100, text: "" }],
  ends: [
    { from: "b", count: 90, text: "" },
    { from: "c", count: 10, text: "" },
  ],
  readings: ["wait"],
  name: "x",
  words: {},
};

describe("detail of the map", () => {
  it("shows everything at full detail", () => {
    const shown = atDetail(graph, 1);
    expect([shown.steps.length, shown.paths.length, shown.covered]).toEqual([4, 5, 1]);
  });

  it("leaves only the spine at none", () => {
    const shown = atDetail(graph, 0);
    expect(shown.steps.map((one) => one.id)).toEqual(["a", "b"]);
    expect(shown.paths.map((one) => one.from + one.to)).toEqual(["ab"]);
    expect(shown.covered).toBeCloseTo(85 / 97);
  });

  it("never shows a step that nothing leads to or from", () => {
    for (let detail = 0; detail <= 1; detail += 0.05) {
      const shown = atDetail(graph, detail);
      for (const one of shown.steps) {
        const into = shown.paths.some((p) => p.to === one.id) || shown.starts.some((s) => s.to === one.id);
        const out = shown.paths.some((p) => p.from === one.id) || shown.ends.some((e) => e.from === one.id);
        expect([one.id, into, out]).toEqual([one.id, true, true]);
      }
    }
  });

  it("always shows the path that the title names", () => {
    const paths = graph.paths.map((one) => (one.to === "rare" ? { ...one, named: true } : one));
    const shown = atDetail({ ...graph, paths }, 0);
    expect(shown.paths.map((one) => one.from + one.to)).toContain("crare");
    expect(shown.steps.map((one) => one.id)).toContain("rare");
  });

  it("brings in the rare step through which a common one is reached", () => {
    const through = {
      ...graph,
      steps: [step("a", 100), step("goal", 90), step("x", 5), step("y", 4)],
      paths: [path("a", "x", 5), path("a", "y", 4), path("x", "goal", 50), path("y", "goal", 40)],
      ends: [{ from: "goal", count: 90, text: "" }],
    };
    const shown = atDetail(through, 0);
    expect(shown.steps.map((one) => one.id)).toEqual(["a", "goal", "x"]);
  });

  it("begins with as much as reads at a glance", () => {
    expect(calmDetail(graph, 22)).toBe(1);
    expect(atDetail(graph, calmDetail(graph, 3)).paths.length).toBeLessThanOrEqual(3);
  });

  it("counts what carries a share", () => {
    expect(carrying([{ count: 5 }, { count: 90 }, { count: 5 }], 0.9)).toBe(1);
    expect(carrying([], 0.9)).toBe(0);
  });
});
