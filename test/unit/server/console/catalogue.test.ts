import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadCatalogue } from "@overt/server/views/messages.ts";
import { auditObjects, auditOperations } from "@overt/shared/protocol/audit.ts";
import {
  causes,
  channels,
  coverageReasons,
  coverageStates,
  lifeReasons,
  severities,
} from "@overt/shared/protocol/event.ts";
import { outcomes, reasonCodes } from "@overt/shared/protocol/review.ts";
import { reviewerRoles } from "@overt/shared/protocol/roster.ts";
import { describe, expect, test } from "vitest";

const views = join(import.meta.dirname, "../../../../server/src/views");
const keys = Object.keys(loadCatalogue("en"));

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}
const templates = listFiles(views).filter((file) => file.endsWith(".njk"));
const sources = [...templates, ...listFiles(join(views, "client")), ...listFiles(join(views, "../console"))]
  .filter((file) => /\.(njk|ts)$/.test(file))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

describe("the catalogue", () => {
  test("has every text that a page asks for by name", () => {
    const asked = [...sources.matchAll(/(?:\bt|readText)\(\s*["']([a-zA-Z.-]+)["']\s*[),]/g)].map(
      (match) => match[1] ?? "",
    );
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
  });

  test.each([
    ["severity", severities],
    ["role", reviewerRoles],
    ["outcome", outcomes],
    ["reason", reasonCodes],
    ["cause", causes],
    ["channel", channels],
    ["reasonOf", coverageReasons],
    ["coverage.legend", coverageStates],
    ["life.reason", lifeReasons],
    ["operation", auditOperations],
    ["object", auditObjects],
    ["statement.kind", ["explain", "dispute", "not-me", "complaint"]],
    ["device.state", ["active", "lost", "retired", "rekeyed", "declined"]],
  ])("has a word for every %s", (prefix, values) => {
    expect(values.filter((value) => !keys.includes(`${prefix}.${value}`))).toEqual([]);
  });

  test("is not used as markup: no page marks data as safe", () => {
    expect(sources).not.toMatch(/\|\s*safe\b/);
    expect(sources).not.toMatch(/innerHTML|insertAdjacentHTML|autoescape false/);
  });

  test("uses none of the words that prejudge", () => {
    const texts = JSON.stringify(loadCatalogue("en"));
    expect(texts).not.toMatch(/\b(target|suspect|offender|violation|surveillance|spy)/i);
  });
});
