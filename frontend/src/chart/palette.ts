/** The page's colours as plain values, which a drawing outside the cascade needs. */
export interface Palette {
  ink: string;
  soft: string;
  faint: string;
  line: string;
  paper: string;
  raised: string;
  series: string[];
  font: string;
}

export function palette(element: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--color-${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    ink: read("ink"),
    soft: read("soft"),
    faint: read("faint"),
    line: read("line"),
    paper: read("paper"),
    raised: read("raised"),
    series: [1, 2, 3, 4, 5].map((number) => read(`series-${number}`)),
    font: getComputedStyle(document.documentElement).fontFamily,
  };
  probe.remove();
  return found;
}
