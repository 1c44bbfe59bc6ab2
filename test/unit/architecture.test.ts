import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    if (name === "node_modules" || name === "dist") return [];
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return listSources(path);
    return /\.(ts|mts|mjs)$/.test(name) ? [path] : [];
  });
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function listImports(files: readonly string[]): Import[] {
  return files.flatMap((from) => {
    const source = readFileSync(join(root, from), "utf8");
    const found = source.matchAll(
      /^(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
    );
    return [...found].map((match) => {
      const specifier = match[2] ?? match[3] ?? match[4] ?? "";
      return { from, to: resolveSpecifier(from, specifier), typeOnly: match[1] !== undefined };
    });
  });
}

function resolveSpecifier(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return relative(root, normalize(join(root, dirname(from), specifier)));
  const own = /^@overt\/(shared|agent|server|scripts)\/(.+)$/.exec(specifier);
  if (own === null) return specifier;
  return own[1] === "scripts" ? `scripts/${own[2]}` : `${own[1]}/src/${own[2]}`;
}

const product = ["shared", "agent", "server", "scripts"].flatMap(listSources);
const imports = listImports(product);

/** `from` must not import `to`, both as path prefixes. */
const forbidden: readonly { readonly from: string; readonly to: RegExp; readonly why: string }[] = [
  { from: "shared/", to: /^(agent|server|scripts|test)\//, why: "shared is the ground floor" },
  {
    from: "shared/src/",
    to: /^(?!shared\/|zod$|tweetnacl$|@noble\/hashes\/|canonicalize$|tldts$)/,
    why: "shared is pure and has five dependencies",
  },
  { from: "agent/", to: /^(server|scripts|test)\//, why: "the agent knows no server" },
  { from: "server/", to: /^(agent|scripts|test)\//, why: "the server knows no agent" },
  { from: "agent/src/core/", to: /^(node:|better-sqlite3|kysely|agent\/src\/platform\/)/, why: "core sees ports only" },
  {
    from: "server/src/domain/",
    to: /^(fastify|@fastify|kysely|better-sqlite3|server\/src\/(ingest|console|http|store))/,
    why: "the domain knows neither HTTP nor a database",
  },
  {
    from: "server/src/ingest/",
    to: /^server\/src\/(console|views)\//,
    why: "ingest faces the network and holds no names",
  },
  { from: "agent/extension/src/core/", to: /^agent\/extension\/src\/browser\//, why: "the browser is an edge" },
  { from: "scripts/", to: /^test\//, why: "what ships does not lean on tests" },
];

describe("structure", () => {
  test.each(forbidden)("$from never imports $to: $why", ({ from, to }) => {
    const broken = imports.filter((i) => i.from.startsWith(from) && to.test(i.to));
    expect(broken).toEqual([]);
  });

  test("imports make no cycle", () => {
    const edges = new Map<string, string[]>();
    for (const { from, to } of imports) edges.set(from, [...(edges.get(from) ?? []), to]);
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, "done");
    };
    for (const file of product) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test("only verifying code brands a document as verified", () => {
    const allowed = [
      "shared/src/crypto/envelope.ts",
      "agent/src/platform/tuf/",
      "server/src/ingest/trust/",
      "scripts/authority/",
    ];
    const users = imports.filter((i) => i.to === "shared/src/brand.ts" && !i.typeOnly).map((i) => i.from);
    const unexpected = users.filter((file) => {
      const source = readFileSync(join(root, file), "utf8");
      return source.includes("brandVerified") && !allowed.some((prefix) => file.startsWith(prefix));
    });
    expect(unexpected).toEqual([]);
  });

  test("only the notice's permit mints a capture permit", () => {
    const minting = product.filter((file) =>
      /as (unknown as )?CapturePermit\b/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(minting.filter((file) => file !== "agent/src/notice/permit.ts")).toEqual([]);
  });

  test("chrome is spoken to in one folder", () => {
    const speaking = listSources("agent/extension/src").filter((file) =>
      /\bchrome\./.test(readFileSync(join(root, file), "utf8")),
    );
    expect(speaking.filter((file) => !file.startsWith("agent/extension/src/browser/"))).toEqual([]);
  });

  test("no schema that strips silently crosses a boundary", () => {
    const stripping = product.filter((file) =>
      /\bz\.(object|looseObject)\(/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(stripping).toEqual([]);
  });

  test("no flag, setting or message hides the notice", () => {
    const hiding =
      /(hide|hidden|silent|stealth|invisible|no-?)[-_]?(notice|tray|badge|icon)|(notice|tray|badge|icon)[-_]?(hidden|off|invisible|disabled)/i;
    const found = [...listSources("agent"), ...listSources("shared")].filter((file) =>
      hiding.test(readFileSync(join(root, file), "utf8")),
    );
    expect(found).toEqual([]);
  });

  test("the words of the field are the product's words", () => {
    const never = /\b(suspect|offender|surveillance|spyware)\b/i;
    const found = product.filter((file) => never.test(readFileSync(join(root, file), "utf8")));
    expect(found).toEqual([]);
  });

  test("a file holds one concept: at most 300 lines", () => {
    const tables = /shared\/src\/rules\/unicode\//;
    const long = product
      .filter((file) => !tables.test(file))
      .map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });
});
