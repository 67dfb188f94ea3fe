/**
 * A BPMN model: `<script type="application/json">"<?xml …"</script><kehu-bpmn></kehu-bpmn>`.
 *
 * Lays the model out in the browser and shows it; drag moves, Ctrl and wheel zoom. The sign of bpmn.io stays visible,
 * as its licence demands.
 */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import { layoutProcess } from "bpmn-auto-layout";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { palette } from "../chart/palette";
import { asPng, download } from "../map/save";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Canvas {
  zoom(to?: string | number, centre?: string): number;
  viewbox(box?: Box): { inner: Box };
  resized(): void;
}
const READABLE = 0.62;

export class BpmnView extends HTMLElement {
  private viewer?: InstanceType<typeof NavigatedViewer>;
  private model = "";

  connectedCallback(): void {
    const script = this.previousElementSibling;
    if (!(script instanceof HTMLScriptElement) || this.viewer) return;
    this.model = JSON.parse(script.textContent ?? '""') as string;
    void this.show();
    document.addEventListener("kehu:theme", () => void this.show());
  }

  private async show(): Promise<void> {
    this.viewer?.destroy();
    const colours = palette(this);
    const frame = document.createElement("div");
    frame.className = "bpmn-canvas";
    this.replaceChildren(frame);
    this.viewer = new NavigatedViewer({
      container: frame,
      bpmnRenderer: { defaultFillColor: colours.raised, defaultStrokeColor: colours.soft, defaultLabelColor: colours.ink },
    });
    try {
      await this.viewer.importXML(await laidOut(this.model));
    } catch {
      await this.viewer.importXML(this.model); // as the server drew it
    }
    const canvas = this.viewer.get<Canvas>("canvas");
    this.begin(frame, canvas);
    this.append(this.buttons(canvas));
    this.dataset.ready = "true";
  }

  /** The whole model where it can be read so, else its beginning: the rest is a drag away. */
  private begin(frame: HTMLElement, canvas: Canvas): void {
    const { inner } = canvas.viewbox();
    const wide = frame.getBoundingClientRect().width;
    const scale = Math.max(READABLE, Math.min(1, wide / (inner.width + 80)));
    const high = Math.round(Math.max(280, Math.min(760, (inner.height + 80) * scale + 60)));
    frame.style.height = `${high}px`;
    canvas.resized();
    const [width, height] = [wide / scale, high / scale];
    const spare = width - inner.width;
    canvas.viewbox({ x: inner.x - (spare > 0 ? spare / 2 : 30), y: inner.y - (height - inner.height) / 2, width, height });
  }

  private buttons(canvas: Canvas): HTMLElement {
    const group = document.createElement("div");
    group.className = "map-buttons";
    const add = (text: string, title: string, act: () => void) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: text, title });
      button.setAttribute("aria-label", title);
      button.addEventListener("click", act);
      group.append(button);
    };
    const words = this.dataset;
    const name = words.name ?? "model";
    add("+", words.closer ?? "", () => canvas.zoom(canvas.zoom() * 1.25));
    add("−", words.farther ?? "", () => canvas.zoom(canvas.zoom() * 0.8));
    add("⤢", words.whole ?? "", () => canvas.zoom("fit-viewport", "auto"));
    add("BPMN", words.bpmn ?? "", () => download(new Blob([this.model], { type: "application/xml" }), `${name}.bpmn`));
    add("SVG", words.svg ?? "", () => void this.drawing().then((svg) => download(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`)));
    add("PNG", words.png ?? "", () => void this.drawing().then(asPng).then((png) => download(png, `${name}.png`)));
    return group;
  }

  private async drawing(): Promise<string> {
    return (await this.viewer!.saveSVG()).svg;
  }
}

/** The model with a drawing made here; it draws nothing for what has none of `incoming` and `outgoing`. */
async function laidOut(model: string): Promise<string> {
  const laid = await layoutProcess(model);
  if (!laid.includes("BPMNShape")) throw new Error("nothing was drawn");
  return laid;
}

customElements.define("kehu-bpmn", BpmnView);
