// One bundle a widget: widgets/<name>/view.ts (+ view.css) → widgets/<name>/static/view.{js,css}.
// anywidget loads each bundle as a blob, which cannot import a neighbour: shared code is inlined.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";

const LIMIT = 40_000; // bytes; anywidget sends a bundle once per instance

const folders = readdirSync("widgets")
  .map((name) => join("widgets", name))
  .filter((folder) => existsSync(join(folder, "view.ts")))
  .sort();
if (folders.length === 0)
  throw new Error("No widgets/*/view.ts found: run from the project's root.");

for (const folder of folders) {
  const options = {
    entryPoints: [join(folder, "view.ts"), join(folder, "view.css")],
    outdir: join(folder, "static"),
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    charset: "utf8", // as anywidget sends it; escapes are twice as long
    logLevel: "warning",
  };
  if (process.argv.includes("--watch")) {
    await (await esbuild.context(options)).watch();
    continue;
  }
  await esbuild.build(options);
  const size = statSync(join(folder, "static/view.js")).size;
  console.log(`${folder} ${(size / 1000).toFixed(1)} kB`);
  if (size > LIMIT) throw new Error(`${folder}: the bundle is over ${LIMIT / 1000} kB.`);
}
