import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCatalogues, translateFrom } from "@overt/agent/notice/catalogue.ts";
import { readableCopy } from "@overt/agent/notice/readable-copy.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestAgency } from "../../../support/agent-session.ts";
import { copies, copyStatus } from "../../../support/copy-to-read.ts";

const folder = mkdtempSync(join(tmpdir(), "overt-agency-"));
let copyWith: ReturnType<typeof copies>;
beforeAll(async () => {
  copyWith = copies(await openTestAgency(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const t = translateFrom(loadCatalogues(), "en");

describe("the copy for reading", () => {
  test("says the order, every record, what its seals hold, who looked and what was decided", () => {
    const shown = readableCopy(
      copyWith({ host: "shop.example", statement: "I was at work.", told: "All is well." }),
      t,
    );
    for (const words of [
      ...["PRACTICE-001", "Monitoring is on", "Monitoring started", "shop.example", "I was at work.", "All is well."],
      ...[t("record.views"), t("outcome.false-match"), t("record.session")],
    ]) {
      expect(shown).toContain(words);
    }
  });

  test("of a device that was never enrolled says so", () => {
    expect(readableCopy({ status: { ...copyStatus, state: "not-enrolled" } }, t)).toContain(t("sent.none"));
  });

  test("loads nothing, and whatever a website or a person wrote stays text", () => {
    const tags = (text: string) => text.match(/<[a-z]+[^>]*>/g)?.filter((tag) => tag !== "<br>") ?? [];
    const plain = tags(readableCopy(copyWith({ host: "x", statement: "x", told: "x" }), t));
    const hostile = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constantFrom(
        "<script>alert(1)</script>",
        "</td><img src=x>",
        "&lt;",
        "\u202egnp",
        "\u001b[2J",
        "<!--",
        "\u0000",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (host, statement, told) => {
        const shown = readableCopy(copyWith({ host, statement, told }), t);
        expect(tags(shown)).toEqual(plain);
        expect([...shown.matchAll(/[\p{Cc}\p{Bidi_Control}]/gu)].filter(([each]) => each !== "\n")).toEqual([]);
      }),
      { numRuns: Math.min(2_000, Number(process.env["PROPERTY_RUNS"] ?? 15)) },
    );
    expect(plain.filter((tag) => /^<(script|link|img|iframe|form)/.test(tag))).toEqual([]);
  }, 300_000);
});
