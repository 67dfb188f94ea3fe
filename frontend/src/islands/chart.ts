/**
 * A chart: `<script type="application/json">…</script><kehu-chart></kehu-chart>`.
 *
 * Draws what `kehu.web.ui.parts.Chart` says, in the colours of the page; the sentence above is its title, the table
 * below its text. A place that has a link opens the cases behind it.
 */
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { optionOf, type ChartData } from "../chart/option";
import { palette } from "../chart/palette";

use([BarChart, LineChart, CustomChart, GridComponent, TooltipComponent, MarkLineComponent, SVGRenderer]);

export class Chart extends HTMLElement {
  private chart?: EChartsType;
  private data?: ChartData;
  private readonly redraw = () => this.draw();

  connectedCallback(): void {
    const script = this.previousElementSibling;
    if (!(script instanceof HTMLScriptElement) || this.chart) return;
    this.data = JSON.parse(script.textContent ?? "") as ChartData;
    // A row needs its own height, so that its name stays readable however many there are.
    if (this.data.kind === "rows" || this.data.kind === "stack") {
      this.style.height = `${this.data.labels.length * (this.clientWidth < 480 ? 46 : 34) + 48}px`;
    }
    this.chart = init(this, undefined, { renderer: "svg" });
    this.chart.on("click", (event) => {
      const link = this.data?.links[event.dataIndex];
      if (link) window.location.assign(link);
    });
    new ResizeObserver(() => this.draw()).observe(this);
    document.addEventListener("kehu:theme", this.redraw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.redraw);
    this.draw();
  }

  disconnectedCallback(): void {
    document.removeEventListener("kehu:theme", this.redraw);
    this.chart?.dispose();
    this.chart = undefined;
  }

  private draw(): void {
    if (!this.chart || !this.data || !this.clientWidth) return;
    this.chart.resize();
    this.chart.setOption(optionOf(this.data, palette(this), this.clientWidth), { notMerge: true });
    this.dataset.ready = "true";
  }
}

customElements.define("kehu-chart", Chart);
