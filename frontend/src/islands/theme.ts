/**
 * Light, dark or as the system: `<kehu-theme><button value="dark">…</button>…</kehu-theme>`.
 *
 * The choice is a cookie, so that the server writes it into the page and nothing flashes.
 */
export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[value]");
      if (button) this.choose(button.value);
    });
    this.mark(document.documentElement.dataset.theme ?? "auto");
  }

  private choose(theme: string): void {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
    this.mark(theme);
    document.dispatchEvent(new CustomEvent("kehu:theme"));
  }

  private mark(theme: string): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[value]")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }
}

customElements.define("kehu-theme", ThemeSwitch);
