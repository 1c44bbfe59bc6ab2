import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "..", "..");
const documents = globSync(["*.md", "docs/*.md", "shared/*.md", "shared/decisions/*.md"], { cwd: root });
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

const read = (name: string) => readFileSync(join(root, name), "utf8");
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
/** Files that a path stands for: itself, a pattern's, or all below a folder. */
const filesOf = (path: string) =>
  globSync(path.endsWith("/") ? `${path}**/*` : path, { cwd: root }).filter((name) => /\.\w+$/.test(name));

describe.each(documents)("%s", (name) => {
  const text = read(name);

  test("names only tests and folders of tests that exist", () => {
    const gone = all(text, /`(test\/[^`\s]*)`/g).filter((path) => filesOf(path).length === 0);
    expect(gone).toEqual([]);
  });

  test("links only to what exists", () => {
    const gone = all(text, /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g).filter(
      (path) => !existsSync(join(root, dirname(name), path)),
    );
    expect(gone).toEqual([]);
  });

  test("names only npm commands that exist", () => {
    const gone = all(text, /\bnpm run (?:--silent )?([a-z:-]+)/g).filter((script) => scripts[script] === undefined);
    expect(gone).toEqual([]);
  });
});

describe("each npm command", () => {
  const commands = Object.entries(scripts).map(([name, line]) => [name, line.split(" ").at(2) ?? ""] as const);

  test.each(commands.filter(([, file]) => file.endsWith(".ts")))("%s starts a file that exists: %s", (_, file) => {
    expect(existsSync(join(root, file))).toBe(true);
  });
});

describe("the promises of SECURITY.md", () => {
  const rows = read("SECURITY.md")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  test.each(rows.map((cells) => [cells[1] ?? "", cells[3] ?? ""]))("promise %s is held by a test", (_, held) => {
    const paths = all(held, /`(test\/[^`\s]*)`/g);
    expect(paths.length).toBeGreaterThan(0);
    const sources = paths.flatMap(filesOf).map(read).join("\n");
    for (const quoted of all(held, /“([^”]+)”/g)) expect(sources).toContain(quoted);
  });
});
