import { describe, expect, it } from "vitest";
import type { Shown } from "./detail";
import { curved, key, lay, pathOf } from "./layout";

const says = { wait: "1 d", count: "1", rework: "", all: "" };
const shown: Shown = {
  steps: ["a", "b"].map((id) => ({ id, label: id, count: 1, rework: 0, work: null, says, href: "" })),
  paths: [
    { from: "a", to: "b", count: 3, wait: 1, rework: 0, says, href: "" },
    { from: "b", to: "b", count: 1, wait: 1, rework: 0, says, href: "" },
  ],
  starts: [{ to: "a", count: 3, text: "" }],
  ends: [{ from: "b", count: 3, text: "" }],
  covered: 1,
};
const size = { step: () => ({ width: 100, height: 40 }), path: () => ({ width: 40, height: 16 }) };

describe("layout of the map", () => {
  it("puts what follows below", async () => {
    const layout = await lay(shown, size, "DOWN");
    const [a, b] = [layout.boxes.get("a")!, layout.boxes.get("b")!];
    expect(b.y).toBeGreaterThan(a.y + a.height);
    expect(layout.lines.get(key("a", "b"))!.points.length % 3).toBe(1);
    expect(layout.lines.get(key("b", "b"))!.points.length).toBeGreaterThan(3);
  });

  it("makes every line a chain of cubic curves", () => {
    expect(curved([[0, 0], [3, 0]])).toEqual([[0, 0], [1, 0], [2, 0], [3, 0]]);
    expect(curved([[0, 0], [1, 1], [2, 1], [3, 0]])).toHaveLength(4);
    expect(pathOf(curved([[0, 0], [30, 0]]), 10)).toBe("M0.0 0.0C10.0 0.0 20.0 0.0 20.0 0.0");
  });
});
