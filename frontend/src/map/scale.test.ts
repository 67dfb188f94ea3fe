import { describe, expect, it } from "vitest";
import { colour, lineWidth, place } from "./scale";

describe("scales of the map", () => {
  it("gives a line an area that grows with what it carries", () => {
    expect(lineWidth(0, 100)).toBe(1.25);
    expect(lineWidth(100, 100)).toBe(9);
    expect(lineWidth(25, 100)).toBeCloseTo(1.25 + 7.75 / 2);
  });

  it("keeps the sign of a change and the ends of the ramp", () => {
    expect(place(-25, 100)).toBeCloseTo(-0.5);
    expect(place(400, 100)).toBe(1);
    expect(place(5, 0)).toBe(0);
  });

  it("names colours of the house only, so that dark is as right as light", () => {
    expect(colour(1, "wait")).toContain("--color-heat-high");
    expect(colour(-1, "change")).toContain("--color-count-high 100%".replace(" 100%", ""));
    expect(colour(0.5, "count")).toBe("color-mix(in oklab, var(--color-count-low), var(--color-count-high) 50%)");
  });
});
