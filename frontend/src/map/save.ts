/** The map as a file: every style that the page's sheets give is written into the drawing, so that it stands alone. */

const KEPT = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "opacity", "fill-opacity",
  "stroke-opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "paint-order",
] as const;
const MARGIN = 24;

/** A copy of the drawing at its natural size, with its styles inside. */
export function standalone(svg: SVGSVGElement, scene: SVGGElement): string {
  const bounds = scene.getBBox();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [given, made] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  given.forEach((element, place) => {
    const [style, target] = [getComputedStyle(element), made[place]!];
    for (const name of KEPT) target.setAttribute(name, style.getPropertyValue(name));
    if (element instanceof SVGGElement && element.style.transform) {
      target.setAttribute("transform", element.style.transform.replaceAll("px", ""));
    }
    for (const name of ["style", "class", "tabindex", "href", "data-path", "data-step"]) target.removeAttribute(name);
  });
  const [width, height] = [bounds.width + 2 * MARGIN, bounds.height + 2 * MARGIN];
  copy.querySelector("g")?.removeAttribute("transform");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${bounds.x - MARGIN} ${bounds.y - MARGIN} ${width} ${height}`);
  copy.setAttribute("width", String(Math.round(width)));
  copy.setAttribute("height", String(Math.round(height)));
  for (const name of ["style", "class", "tabindex"]) copy.removeAttribute(name);
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const [x, y] = [bounds.x - MARGIN, bounds.y - MARGIN];
  for (const [name, value] of Object.entries({ x, y, width, height })) paper.setAttribute(name, String(value));
  paper.setAttribute("fill", getComputedStyle(document.documentElement).backgroundColor);
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

/** Hand the reader a file. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The drawing as a PNG at twice its size, for a slide. */
export async function asPng(drawing: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = Math.min(2, 16_000 / Math.max(image.width, image.height)); // canvases have a largest size
    [canvas.width, canvas.height] = [image.width * scale, image.height * scale];
    const context = canvas.getContext("2d")!;
    context.scale(scale, scale);
    context.drawImage(image, 0, 0);
    return await new Promise<Blob>((done, failed) =>
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
