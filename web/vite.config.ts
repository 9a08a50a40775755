import { defineConfig } from "vite";

// The server finds the files by the manifest; "./" keeps what they load of one another below any prefix of a proxy.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../publisher/static/build",
    emptyOutDir: true,
    assetsDir: ".",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    target: "es2022",
    rollupOptions: { input: ["src/main.ts", "src/workbench.ts"] },
  },
});
