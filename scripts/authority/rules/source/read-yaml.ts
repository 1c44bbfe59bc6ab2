import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { type Place, Problems, type Source } from "./problems.ts";
import type { Entry, Value } from "./value.ts";
import { reportFault } from "./yaml-fault.ts";

/** Largest YAML file, in UTF-16 units. Long lists of hosts go into lists/NAME.txt. */
export const maxYamlUnits = 1024 * 1024;
const maxDepth = 24;

/**
 * One YAML 1.2 document, strictly: no anchors, aliases, tags, second documents or repeated keys. Says what is wrong in
 * `problems` and then gives undefined, or what could be read of it. Never throws.
 */
export function readYaml(source: Source, problems: Problems): Value | undefined {
  const whole = { source, start: 0, end: 0 };
  if (source.text.length > maxYamlUnits) {
    problems.error(whole, "the file is larger than 1 MiB", "split it; long host lists go into lists/NAME.txt");
    return undefined;
  }
  const odd = /[^\t\n\r\P{Cc}]/u.exec(source.text);
  if (odd !== null) {
    problems.error(spot(source, odd.index), "a control character stands here", "delete it");
    return undefined;
  }
  const deep = findDeepest(source.text);
  if (deep !== undefined) {
    problems.error(spot(source, deep), `nested more than ${maxDepth} deep`, "a flatter structure");
    return undefined;
  }
  const document = parseDocument(source.text, {
    version: "1.2",
    schema: "core",
    strict: true,
    // The library compares every key with every other; ours is one set per map.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  reportFault(document.errors, source, problems);
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.error(whole, "the file is empty");
    return undefined;
  }
  const own = new Problems();
  const value = convert(document.contents, source, own);
  for (const { place, message, write } of own.list()) problems.error(place, message, write);
  // What YAML itself got wrong would only be said again in other words.
  return own.hasErrors ? undefined : value;
}

function convert(node: Node, source: Source, problems: Problems): Value {
  const place = placeOf(node, source);
  if (isAlias(node)) {
    const { source: name } = node;
    if (name.startsWith("."))
      problems.error(
        place,
        "a * at the beginning is a sign of YAML's own",
        `${name.slice(1)} (a host covers its subdomains)`,
      );
    else
      problems.error(place, "YAML aliases are not read here: text that begins with * stands in quotes", `"*${name}"`);
    return { kind: "nothing", place };
  }
  if ("anchor" in node && node.anchor !== undefined) {
    problems.error(place, "YAML anchors are not read here", "the value without &");
  }
  if (node.tag !== undefined) problems.error(place, "YAML tags are not read here", "the value without !");
  if (isMap(node)) return { kind: "map", entries: readEntries(node.items, source, problems), place };
  if (isSeq(node)) {
    return { kind: "list", items: node.items.map((item) => convertChild(item, place, source, problems)), place };
  }
  if (!isScalar(node)) return { kind: "nothing", place };
  const { value } = node;
  const text = node.source ?? String(value);
  if (typeof value === "string") return { kind: "text", text: value, place };
  if (typeof value === "boolean") return { kind: "flag", flag: value, text, place };
  if (typeof value === "number" || typeof value === "bigint")
    return { kind: "number", number: Number(value), text, place };
  return { kind: "nothing", place };
}

function readEntries(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  source: Source,
  problems: Problems,
): Entry[] {
  const seen = new Set<string>();
  return pairs.flatMap((pair): Entry[] => {
    const keyPlace = placeOf(pair.key as Node, source);
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined;
    if (key === undefined) {
      problems.error(keyPlace, "a key has to be one word");
      return [];
    }
    if (seen.has(key)) problems.error(keyPlace, `"${key}" stands here twice`, "it once");
    seen.add(key);
    return [{ key, keyPlace, value: convertChild(pair.value, keyPlace, source, problems) }];
  });
}

function convertChild(node: unknown, parent: Place, source: Source, problems: Problems): Value {
  return node === null || node === undefined
    ? { kind: "nothing", place: parent }
    : convert(node as Node, source, problems);
}

function placeOf(node: Node, source: Source): Place {
  const [start, end] = node.range ?? [0, 0];
  return { source, start, end };
}

/** Offset where brackets or dashes nest too deep: the library's time grows with the square of the depth. */
function findDeepest(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth++;
    else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > maxDepth) return at;
  }
  const dashes = new RegExp(`^[ ]*(?:[-?:][ ]+){${maxDepth},}`, "m").exec(text);
  if (dashes !== null) return dashes.index;
  return findIndent(text);
}

function findIndent(text: string): number | undefined {
  const open: number[] = [];
  for (const line of text.matchAll(/^( *)[^ \r\n]/gm)) {
    const indent = (line[1] as string).length;
    while (open.length > 0 && (open.at(-1) as number) >= indent) open.pop();
    open.push(indent);
    if (open.length > maxDepth) return line.index;
  }
  return undefined;
}

function spot(source: Source, start: number): Place {
  return { source, start, end: start + 1 };
}
