import { describe, expect, it } from "vitest";
import { optionOf, written, type ChartData } from "./option";
import type { Palette } from "./palette";

const colours: Palette = { ink: "#000", soft: "#333", faint: "#666", line: "#ddd", paper: "#fff", raised: "#fff", series: ["#0f5c5c", "#b27a1c"], font: "sans-serif" };
const data: ChartData = {
  kind: "line",
  labels: ["Jan", "Feb"],
  series: [{ name: "Median", values: [1.5, null], low: [1, null], high: [2.5, null] }],
  unit: "%(value)s d",
  links: [],
  marks: [],
  thousands: ",",
  point: ".",
};

describe("charts", () => {
  it("write numbers as the page does", () => {
    expect(written(1234567, data)).toBe("1,234,567 d");
    expect(written(2.5, { ...data, point: "," })).toBe("2,5 d");
    expect(written(null, data)).toBe("–");
    expect(written(12, { ...data, unit: "%(value)s%%" })).toBe("12%");
  });

  it("draw the interval as the difference of its ends", () => {
    const series = optionOf(data, colours, 800).series as { data: unknown[] }[];
    expect(series.map((one) => one.data)).toEqual([[1, null], [1.5, null], [1.5, null]]);
  });

  it("begin at zero and use no markup, which the page's policy would block", () => {
    const option = optionOf({ ...data, kind: "bars" }, colours, 800) as { yAxis: { min: number }; tooltip: { renderMode: string } };
    expect(option.yAxis.min).toBe(0);
    expect(option.tooltip.renderMode).toBe("richText");
  });

  it("stand bars of a stack on one another and read from the top", () => {
    const option = optionOf({ ...data, kind: "stack" }, colours, 800) as { yAxis: { inverse: boolean }; series: { stack: string }[] };
    expect(option.yAxis.inverse).toBe(true);
    expect(option.series[0]!.stack).toBe("all");
  });
});
