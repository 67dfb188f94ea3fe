/** From the server's chart to ECharts' options: zero line, no legend where names can stand at the lines, few ticks. */
import type { EChartsCoreOption } from "echarts/core";
import type { Palette } from "./palette";

export interface Series {
  name: string;
  values: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

export interface ChartData {
  kind: "line" | "bars" | "rows" | "stack";
  labels: string[];
  series: Series[];
  /** A sentence with `%(value)s`. */
  unit: string;
  links: string[];
  marks: [string, string][];
  thousands: string;
  point: string;
}

/** A number as the page's language writes it, with its unit. */
export function written(value: number | null | undefined, data: ChartData): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const decimals = Number.isInteger(value) ? 0 : size < 0.95 ? 2 : size < 99.5 ? 1 : 0;
  const [whole, rest] = size.toFixed(decimals).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, data.thousands);
  const text = `${value < 0 ? "−" : ""}${grouped}${rest && Number(rest) ? data.point + rest : ""}`;
  return data.unit.replace("%(value)s", text).replace("%%", "%");
}

export function optionOf(data: ChartData, colours: Palette, width: number): EChartsCoreOption {
  const across = data.kind === "rows" || data.kind === "stack";
  const text = { color: colours.soft, fontFamily: colours.font, fontSize: 12 };
  const names = {
    type: "category",
    data: data.labels,
    inverse: across,
    boundaryGap: data.kind !== "line",
    axisLine: { lineStyle: { color: colours.line }, show: !across },
    axisTick: { show: false },
    axisLabel: { ...text, hideOverlap: !across, width: across ? Math.min(280, width * 0.38) : undefined, overflow: width < 480 ? "break" : "truncate" },
  };
  const values = {
    type: "value",
    min: 0,
    splitNumber: across || width < 480 ? 3 : 4,
    axisLine: { show: false },
    axisLabel: { ...text, color: colours.faint, hideOverlap: true, formatter: (value: number) => written(value, data) },
    splitLine: { show: data.kind !== "rows", lineStyle: { color: colours.line } },
    show: data.kind !== "rows",
  };
  return {
    animation: false,
    color: colours.series,
    textStyle: text,
    grid: { left: 4, right: right(data), top: 12, bottom: 4, containLabel: true },
    xAxis: across ? values : names,
    yAxis: across ? names : values,
    tooltip: tooltip(data, colours),
    series: data.series.flatMap((one, place) => drawn(one, place, data, colours, width)),
  };
}

/** Room at the right for names or numbers that stand at the ends. */
function right(data: ChartData): number {
  if (data.kind === "rows") return 64;
  if (data.kind === "line" && data.series.length > 1) return 24 + 7 * Math.max(...data.series.map((one) => one.name.length));
  return 16;
}

function tooltip(data: ChartData, colours: Palette): object {
  return {
    trigger: "axis",
    renderMode: "richText", // markup would bring inline styles, which the page's policy forbids
    confine: true,
    axisPointer: { type: data.kind === "line" ? "line" : "shadow", shadowStyle: { opacity: 0.06, color: colours.ink } },
    backgroundColor: colours.raised,
    borderColor: colours.line,
    textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 12 },
    formatter: (shown: { dataIndex: number }[]) => {
      const place = shown[0]?.dataIndex ?? 0;
      const lines = data.series.map((one) => {
        const range = one.low.length ? ` (${written(one.low[place], data)} – ${written(one.high[place], data)})` : "";
        return `${data.series.length > 1 ? `${one.name}: ` : ""}${written(one.values[place], data)}${range}`;
      });
      return [data.labels[place], ...lines].join("\n");
    },
  };
}

function drawn(one: Series, place: number, data: ChartData, colours: Palette, width: number): object[] {
  const colour = colours.series[place % colours.series.length]!;
  if (data.kind === "line") return [...band(one, colour), line(one, colour, data, colours)];
  const bar = {
    type: "bar",
    name: one.name,
    data: one.values,
    barMaxWidth: data.kind === "bars" ? 44 : 18,
    barCategoryGap: data.kind === "bars" ? "22%" : "45%",
    stack: data.kind === "stack" ? "all" : undefined,
    itemStyle: { color: colour, borderRadius: data.kind === "rows" ? [0, 2, 2, 0] : data.kind === "bars" ? [2, 2, 0, 0] : 0, borderColor: colours.paper, borderWidth: data.kind === "stack" ? 1 : 0 },
    cursor: data.links.length ? "pointer" : "default",
    emphasis: { itemStyle: { opacity: 0.85 } },
  };
  if (data.kind === "rows") {
    return [{ ...bar, label: { show: true, position: "right", color: colours.ink, fontFamily: colours.font, fontSize: 12, formatter: (at: { value: number }) => written(at.value, data) } }];
  }
  void width;
  return [bar];
}

function line(one: Series, colour: string, data: ChartData, colours: Palette): object {
  return {
    type: "line",
    name: one.name,
    data: one.values,
    symbol: "circle",
    symbolSize: data.labels.length > 40 ? 0 : 5,
    showSymbol: data.labels.length <= 40,
    lineStyle: { width: 2, color: colour },
    itemStyle: { color: colour },
    endLabel: data.series.length > 1 ? { show: true, formatter: one.name, color: colour, fontFamily: colours.font, fontSize: 12 } : undefined,
    markLine: data.marks.length
      ? {
          silent: true,
          symbol: "none",
          label: { color: colours.faint, fontFamily: colours.font, fontSize: 11, formatter: (at: { name: string }) => at.name },
          lineStyle: { color: colours.faint, type: "dashed", width: 1 },
          data: data.marks.map(([label, name]) => ({ xAxis: label, name })),
        }
      : undefined,
  };
}

/** The interval: two stacked areas of which only the upper is seen. */
function band(one: Series, colour: string): object[] {
  if (!one.low.length) return [];
  const shape = { type: "line", stack: `${one.name} interval`, symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  const wide = one.high.map((high, place) => {
    const low = one.low[place];
    return high === null || low === null || low === undefined ? null : high - low;
  });
  return [
    { ...shape, data: one.low },
    { ...shape, data: wide, areaStyle: { color: colour, opacity: 0.14 } },
  ];
}
