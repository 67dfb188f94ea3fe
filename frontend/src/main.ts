/**
 * The one entry: styles, htmx, and the islands that the page at hand holds.
 *
 * An island is a custom element that makes better what the server already wrote; each lives in its own chunk and is
 * loaded when its tag stands in the page or arrives with a fragment.
 */
import "./style.css";
import htmx from "htmx.org";

const ISLANDS: Record<string, () => Promise<unknown>> = {
  "kehu-map": () => import("./islands/map"),
  "kehu-chart": () => import("./islands/chart"),
  "kehu-table": () => import("./islands/table"),
  "kehu-theme": () => import("./islands/theme"),
  "kehu-bpmn": () => import("./islands/bpmn"),
};

/** Load the island of every tag under `root` that is not defined yet. */
export function wake(root: ParentNode): void {
  for (const [tag, load] of Object.entries(ISLANDS)) {
    if (!customElements.get(tag) && root.querySelector(tag)) void load();
  }
}

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
wake(document);
document.addEventListener("htmx:load", () => wake(document));

// One open menu at a time, and Escape closes it: what <details> lacks.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(event.target as Node)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
