/** Build of the islands: one entry, one style sheet, the heavy libraries in chunks loaded where a page needs them. */
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";

/** htmx evaluates nothing here (`allowEval` is off and the page's policy forbids it), so its `eval` leaves the build. */
const withoutEval = {
  name: "without-eval",
  transform: (code: string, id: string) =>
    id.includes("htmx.org") ? code.replace(/return eval\(str\)/, 'throw new Error("no eval")') : undefined,
};

export default defineConfig({
  base: "./", // chunks find each other beside themselves, whatever STATIC_URL is
  plugins: [withoutEval, tailwindcss()],
  build: {
    outDir: "../src/kehu/web/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // light-dark() stays as it is written
    chunkSizeWarningLimit: 2000, // the layout of the map is one large, lazily loaded file
    rollupOptions: { input: "src/main.ts" },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
