// Holds every custom resource below the given folders to its validator: exit 0 when all are valid, 1 otherwise.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";

import { parseAllDocuments } from "yaml";

import { isCore, problems } from "./validators.mjs";

const NOT_OBJECTS = new Set(["kustomize.config.k8s.io/v1beta1"]);

function* files(place) {
  if (statSync(place).isFile()) yield place;
  else for (const name of readdirSync(place).sort()) yield* files(join(place, name));
}

function* objects(file) {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    if (document.errors.length) throw new Error(`${file}: ${document.errors[0].message}`);
    const object = document.toJS({ maxAliasCount: -1 });
    if (object?.apiVersion && object.kind && !NOT_OBJECTS.has(object.apiVersion)) yield object;
  }
}

const counts = new Map();
let wrong = 0;
for (const file of argv.slice(2).flatMap((place) => [...files(place)])) {
  if (!file.endsWith(".yaml")) continue;
  for (const object of objects(file)) {
    if (isCore(object)) continue;
    const kind = `${object.kind}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const problem of problems(object)) {
      console.error(`${file}: ${kind} ${object.metadata?.name}: ${problem}`);
      wrong += 1;
    }
  }
}
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
console.log([...counts].sort().map(([kind, count]) => `  ${kind.padEnd(18)} ${count}`).join("\n"));
console.log(`${total} custom resources, ${wrong} problems`);
if (!total) console.error("there was nothing to look at");
exit(wrong || !total ? 1 : 0);
