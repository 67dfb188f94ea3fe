import { beforeEach, describe, expect, it, vi } from "vitest";
import "./table";

beforeEach(async () => {
  document.body.innerHTML = `<kehu-table><table><tbody>
    <tr data-href="/1"><th><a href="#one">1</a></th></tr><tr data-href="/2"><th><a href="#two">2</a></th></tr>
  </tbody></table></kehu-table>`;
  await Promise.resolve();
});
const rows = () => [...document.querySelectorAll("tr")];
const press = (key: string) =>
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("a table that can be walked", () => {
  it("has one stop for Tab and moves by arrows", () => {
    expect(rows().map((row) => row.getAttribute("tabindex"))).toEqual(["0", "-1"]);
    rows()[0]!.focus();
    press("ArrowDown");
    expect(document.activeElement).toBe(rows()[1]);
    press("k");
    expect(document.activeElement).toBe(rows()[0]);
  });

  it("opens a row by Enter as its link would", () => {
    const clicked = vi.fn();
    rows()[1]!.querySelector("a")!.addEventListener("click", clicked);
    rows()[1]!.focus();
    press("Enter");
    expect(clicked).toHaveBeenCalledOnce();
  });
});
