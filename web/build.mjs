// Builds the page and the notebook widget into the Python package: node build.mjs
import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundled, notices } from "./notices.mjs";

const MOST = 150_000; // bytes of the script and the style together, compressed
const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${here}../src/descend/lab/static`;

mkdirSync(out, { recursive: true });
const built = await build({
  entryPoints: { lab: `${here}src/lab.ts`, style: `${here}src/lab.css` },
  entryNames: "lab",
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // the whole notices stand at the end
  metafile: true,
  absWorkingDir: here,
  logLevel: "warning",
});
for (const [path, output] of Object.entries(built.metafile.outputs)) {
  appendFileSync(`${here}${path}`, notices(bundled(output), here));
}
copyFileSync(`${here}index.html`, `${out}/index.html`);

const size = ["lab.js", "lab.css"].reduce((sum, name) => sum + gzipSync(readFileSync(`${out}/${name}`)).length, 0);
if (size > MOST) {
  console.error(`the bundle has ${size} bytes compressed, and ${MOST} are the most`);
  process.exit(1);
}
console.log(`built the lab's page: ${(size / 1000).toFixed(1)} kB compressed`);
