/**
 * The process map: `<script type="application/json">…</script><kehu-map>…</kehu-map>`.
 *
 * Reads the graph from the script before it, lays it out, colours it by one reading at a time, hides what is rare by
 * a slider, zooms and pans by wheel, fingers and keys, opens what stands behind a step or path in a drawer, and saves
 * itself as SVG or PNG. Reading and detail are kept in the address.
 */
import htmx from "htmx.org";
import type { Graph, Reading } from "../map/data";
import { atDetail, calmDetail, type Shown } from "../map/detail";
import { draw, element, extent, measures, ruler, type Ruler } from "../map/draw";
import { lay, type Layout } from "../map/layout";
import { asPng, download, standalone } from "../map/save";
import { View } from "../map/view";

export class ProcessMap extends HTMLElement {
  private graph!: Graph;
  private reading: Reading = "wait";
  private detail = 1;
  private measure!: Ruler;
  private view!: View;
  private svg!: SVGSVGElement;
  private scene!: SVGGElement;
  private turn = 0;

  connectedCallback(): void {
    const data = this.previousElementSibling;
    if (!(data instanceof HTMLScriptElement) || this.graph) return;
    this.graph = JSON.parse(data.textContent ?? "") as Graph;
    const asked = new URLSearchParams(location.search);
    const reading = asked.get("colour") as Reading | null;
    this.reading = reading && this.graph.readings.includes(reading) ? reading : (this.graph.readings[0] ?? "count");
    const detail = Number.parseFloat(asked.get("detail") ?? "");
    this.detail = Number.isFinite(detail) ? Math.min(1, Math.max(0, detail / 100)) : calmDetail(this.graph);
    this.measure = ruler();
    this.build();
    void this.show(true);
    document.addEventListener("kehu:theme", () => this.mark());
  }

  /** The frame around the drawing: the switch of readings, the slider, the canvas and its buttons. */
  private build(): void {
    const words = this.graph.words;
    this.scene = element("g", { class: "scene" });
    this.svg = element("svg", { class: "canvas", tabindex: 0, role: "group", "aria-label": words.map ?? "" }, this.scene);
    this.view = new View(this.svg, this.scene);
    const tools = html("div", "map-tools");
    const readings = html("div", "segments");
    readings.setAttribute("role", "group");
    readings.setAttribute("aria-label", words.colour ?? "");
    for (const reading of this.graph.readings) {
      const button = html("button", "", words[reading] ?? reading);
      button.setAttribute("type", "button");
      button.dataset.reading = reading;
      button.addEventListener("click", () => this.choose(reading));
      readings.append(button);
    }
    if (this.graph.readings.length > 1) tools.append(readings);
    tools.append(this.slider(), html("p", "covers"));
    const frame = html("div", "map-frame");
    frame.append(this.svg, html("div", "map-legend"), this.buttons());
    const drawer = html("aside", "drawer");
    drawer.hidden = true;
    drawer.tabIndex = -1;
    this.replaceChildren(tools, frame, drawer);
    this.svg.addEventListener("click", (event) => this.open(event));
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.addEventListener("pointerover", (event) => this.light(event.target as Element));
    this.addEventListener("focusin", (event) => this.light(event.target as Element));
  }

  private slider(): HTMLElement {
    const label = html("label", "detail", this.graph.words.detail ?? "");
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: "0", max: "100", step: "5", value: String(this.detail * 100) });
    range.addEventListener("input", () => {
      this.detail = Number(range.value) / 100;
      this.keep("detail", range.value);
      void this.show(true);
    });
    label.append(range);
    return label;
  }

  private buttons(): HTMLElement {
    const words = this.graph.words;
    const group = html("div", "map-buttons");
    const add = (text: string, title: string, act: () => void) => {
      const button = html("button", "", text);
      button.setAttribute("type", "button");
      button.title = title;
      button.setAttribute("aria-label", title);
      button.addEventListener("click", act);
      group.append(button);
    };
    add("+", words.closer ?? "", () => this.view.zoom(1.25));
    add("−", words.farther ?? "", () => this.view.zoom(0.8));
    add("⤢", words.whole ?? "", () => this.view.fit());
    add("SVG", words.svg ?? "", () =>
      download(new Blob([standalone(this.svg, this.scene)], { type: "image/svg+xml" }), `${this.graph.name}.svg`),
    );
    add("PNG", words.png ?? "", () =>
      void asPng(standalone(this.svg, this.scene)).then((blob) => download(blob, `${this.graph.name}.png`)),
    );
    return group;
  }

  private choose(reading: Reading): void {
    this.reading = reading;
    this.keep("colour", reading);
    void this.show(false);
  }

  /** Lay out and draw; of two that overlap only the later is shown. */
  private async show(fit: boolean): Promise<void> {
    const turn = ++this.turn;
    const shown = atDetail(this.graph, this.detail);
    const layout = await this.laid(shown);
    if (turn !== this.turn) return;
    this.svg.style.height = this.heightFor(layout);
    draw(this.scene, shown, layout, this.reading, extent(this.graph, this.reading), this.measure);
    this.view.size(layout.width, layout.height, fit);
    this.mark();
    const words = this.graph.words;
    this.querySelector(".covers")!.textContent = fill(words.covers ?? "", {
      steps: shown.steps.length,
      allSteps: this.graph.steps.length,
      paths: shown.paths.length,
      allPaths: this.graph.paths.length,
      covered: Math.floor(shown.covered * 100),
    });
    this.dataset.ready = "true";
  }

  /** Downwards or from left to right, whichever fills the canvas at the larger scale. */
  private async laid(shown: Shown): Promise<Layout> {
    const sizes = measures(this.measure, this.reading);
    const room = { width: this.svg.getBoundingClientRect().width, height: Math.min(740, window.innerHeight * 0.72) };
    const scale = (layout: Layout) => Math.min(room.width / layout.width, room.height / layout.height);
    const down = await lay(shown, sizes, "DOWN");
    if (room.width < room.height * 1.2) return down;
    const right = await lay(shown, sizes, "RIGHT");
    return Math.min(1.3, scale(right)) > Math.min(1.3, scale(down)) * 1.05 ? right : down;
  }

  /** A canvas no taller than the map at the width there is, so that what follows is near. */
  private heightFor(layout: Layout): string {
    const wide = this.svg.getBoundingClientRect().width;
    const scale = Math.min(1.3, (wide - 32) / layout.width);
    const [natural, readable] = [layout.height * scale + 110, Math.min(1100, layout.height * 0.8 + 90)];
    // A deep map may be taller than the window: small letters would be worse than a scroll.
    return `${Math.round(Math.max(360, Math.min(natural, Math.max(window.innerHeight * 0.74, readable))))}px`;
  }

  private mark(): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-reading]")) {
      button.setAttribute("aria-pressed", String(button.dataset.reading === this.reading));
    }
    const words = this.graph.words;
    const legend = this.querySelector<HTMLElement>(".map-legend")!;
    legend.className = `map-legend ${this.reading}`;
    legend.replaceChildren(
      html("span", "", words[`${this.reading}Low`] ?? ""),
      html("i", "ramp"),
      html("span", "", extent(this.graph, this.reading).says || (words[`${this.reading}High`] ?? "")),
      html("span", "width", words.width ?? ""),
    );
  }

  /** Keep a setting in the address without a new page. */
  private keep(name: string, value: string): void {
    const url = new URL(location.href);
    url.searchParams.set(name, value);
    history.replaceState(history.state, "", url);
  }

  /** What is pointed at stands out, with its neighbours. */
  private light(target: Element): void {
    const path = target.closest<SVGElement>("[data-path]")?.dataset.path;
    const step = target.closest<SVGElement>("[data-step]")?.dataset.step;
    this.scene.classList.toggle("lit", Boolean(path ?? step));
    for (const one of this.scene.querySelectorAll<SVGElement>("[data-path],[data-step]")) {
      const ends = (one.dataset.path ?? "").split("\u0001");
      const on = one.dataset.path !== undefined
        ? one.dataset.path === path || (step !== undefined && ends.includes(step))
        : one.dataset.step === step || (path !== undefined && path.split("\u0001").includes(one.dataset.step ?? ""));
      one.classList.toggle("on", on);
    }
  }

  private open(event: MouseEvent): void {
    const link = (event.target as Element).closest<SVGAElement>("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.view.dragged) return;
    const drawer = this.querySelector<HTMLElement>(".drawer")!;
    drawer.hidden = false;
    this.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    link.closest(".path,.step")?.classList.add("chosen");
    void htmx.ajax("get", link.href.baseVal, { target: drawer, swap: "innerHTML" }).then(() => {
      const close = html("button", "close", "×");
      close.setAttribute("aria-label", this.graph.words.close ?? "");
      close.addEventListener("click", () => this.close());
      drawer.prepend(close);
      drawer.focus({ preventScroll: true });
    });
  }

  private close(): void {
    const drawer = this.querySelector<HTMLElement>(".drawer")!;
    if (drawer.hidden) return;
    drawer.hidden = true;
    const chosen = this.querySelector<SVGElement>(".chosen");
    chosen?.classList.remove("chosen");
    (chosen?.matches("a") ? chosen : chosen?.querySelector<SVGElement>("a"))?.focus();
  }
}

function html(name: string, style: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  if (style) made.className = style;
  made.textContent = text;
  return made;
}

/** A sentence with its places filled: `{steps} of {allSteps}`. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

customElements.define("kehu-map", ProcessMap);
