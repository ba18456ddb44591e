// What the licences of bundled packages ask for: their notices, in every file that holds some of their code
import { readFileSync, readdirSync } from "node:fs";

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** The names of the packages that esbuild put into an output, from its metafile. */
export const bundled = (output) =>
  [...new Set(Object.keys(output.inputs).map((path) => PACKAGE.exec(path)?.[1]))].filter(Boolean).sort();

/** The notices of packages as one comment; it fails where a package has none. */
export function notices(names, home) {
  const parts = names.map((name) => {
    const folder = `${home}node_modules/${name}`;
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(\.|$)/i.test(each));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = readFileSync(`${folder}/${file}`, "utf8").trim().replaceAll("*/", "* /");
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return parts.length ? `/*! This file holds code of these packages.\n\n${parts.join("\n")}*/\n` : "";
}
