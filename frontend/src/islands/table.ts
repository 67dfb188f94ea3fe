/**
 * A table that can be walked: `<kehu-table><table class="data">…<tr data-href="…">`.
 *
 * Arrow keys (or j and k) move between the rows that open something, Enter opens, and a click anywhere in such a row
 * does what its first link does. Without the script the links are still there.
 */
export class WalkableTable extends HTMLElement {
  connectedCallback(): void {
    queueMicrotask(() => this.rows().forEach((row, place) => (row.tabIndex = place ? -1 : 0)));
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("click", (event) => this.onClick(event));
  }

  private rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>("tbody tr[data-href]")];
  }

  private onKey(event: KeyboardEvent): void {
    const row = event.target;
    if (!(row instanceof HTMLTableRowElement)) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.walk(row, step);
    } else if (event.key === "Enter") {
      this.open(row);
    }
  }

  private walk(row: HTMLTableRowElement, step: number): void {
    const rows = this.rows();
    const next = rows[rows.indexOf(row) + step];
    if (!next) return;
    row.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest("a,button,input,select,label,summary")) return;
    if (document.getSelection()?.toString()) return; // someone is copying text
    const row = target.closest<HTMLTableRowElement>("tr[data-href]");
    if (row) this.open(row);
  }

  private open(row: HTMLTableRowElement): void {
    const link = row.querySelector<HTMLAnchorElement>("a[href]");
    if (link) link.click();
    else if (row.dataset.href) window.location.assign(row.dataset.href);
  }
}

customElements.define("kehu-table", WalkableTable);
