/** Where one looks: a scale and an offset on the scene, moved by wheel, fingers, buttons and keys. */

export class View {
  private scale = 1;
  private x = 0;
  private y = 0;
  private width = 1;
  private height = 1;
  private readonly fingers = new Map<number, [number, number]>();
  private travelled = 0;

  constructor(
    private readonly canvas: SVGSVGElement,
    private readonly scene: SVGGElement,
  ) {
    canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"] as const) {
      canvas.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    }
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => this.fit()).observe(canvas);
  }

  /** Whether the last press moved the map, so that it was no click. */
  get dragged(): boolean {
    return this.travelled > 4;
  }

  /** The size of what is drawn. */
  size(width: number, height: number, fit: boolean): void {
    [this.width, this.height] = [Math.max(1, width), Math.max(1, height)];
    if (fit) this.fit();
  }

  /** The whole map, never larger than life, in the middle. */
  fit(): void {
    const room = this.canvas.getBoundingClientRect();
    if (!room.width || !room.height) return;
    this.scale = Math.min(1.3, (room.width - 32) / this.width, (room.height - 32) / this.height);
    // A large map would be too small to read: begin at its top, or its left, and let it be moved.
    const legible = room.width < 600 ? 0.66 : 0.6;
    if (this.scale < legible) {
      this.scale = legible;
    }
    const [spareX, spareY] = [room.width - this.width * this.scale, room.height - this.height * this.scale];
    this.x = spareX / 2;
    this.y = spareY >= 0 ? spareY / 2 : 12;
    if (spareX < 0 && this.width > this.height) this.x = 12;
    this.apply();
  }

  /** Closer (> 1) or farther (< 1) around a point of the canvas, its middle by default. */
  zoom(by: number, at?: [number, number]): void {
    const room = this.canvas.getBoundingClientRect();
    const [px, py] = at ?? [room.width / 2, room.height / 2];
    const next = Math.min(4, Math.max(0.1, this.scale * by));
    this.x = px - ((px - this.x) * next) / this.scale;
    this.y = py - ((py - this.y) * next) / this.scale;
    this.scale = next;
    this.apply();
  }

  private move(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  private apply(): void {
    this.scene.setAttribute("transform", `translate(${this.x.toFixed(1)} ${this.y.toFixed(1)}) scale(${this.scale.toFixed(4)})`);
  }

  /** The wheel scrolls the page; with Ctrl, or two fingers apart, it zooms, as maps do. */
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const room = this.canvas.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY * 0.0025), [event.clientX - room.left, event.clientY - room.top]);
  }

  private onDown(event: PointerEvent): void {
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.fingers.size === 1) this.travelled = 0;
  }

  private onMove(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now: [number, number] = [event.clientX, event.clientY];
    if (this.fingers.size === 1) {
      this.travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
      if (this.dragged) this.canvas.setPointerCapture(event.pointerId);
      this.move(now[0] - before[0], now[1] - before[1]);
    } else {
      const other = [...this.fingers].find(([id]) => id !== event.pointerId)![1];
      const room = this.canvas.getBoundingClientRect();
      const apart = (point: [number, number]) => Math.hypot(point[0] - other[0], point[1] - other[1]);
      this.travelled = 100;
      this.zoom(apart(now) / Math.max(1, apart(before)), [
        (now[0] + other[0]) / 2 - room.left,
        (now[1] + other[1]) / 2 - room.top,
      ]);
    }
    this.fingers.set(event.pointerId, now);
  }

  private onKey(event: KeyboardEvent): void {
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.move(60, 0),
      ArrowRight: () => this.move(-60, 0),
      ArrowUp: () => this.move(0, 60),
      ArrowDown: () => this.move(0, -60),
      "+": () => this.zoom(1.25),
      "=": () => this.zoom(1.25),
      "-": () => this.zoom(0.8),
      "0": () => this.fit(),
    };
    const act = moves[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }
}
