import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredRecord } from "@overt/agent/core/journal.ts";
import { loadCatalogues, translateFrom } from "@overt/agent/notice/catalogue.ts";
import type { AgentStatus, SentRecord } from "@overt/agent/notice/ports.ts";
import { type CopyToRead, readableCopy } from "@overt/agent/notice/readable-copy.ts";
import type { Envelope } from "@overt/shared/crypto/envelope.ts";
import { Event } from "@overt/shared/protocol/event.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDevice, openTestAgency, startedAt, type TestAgency } from "../../../support/agent-session.ts";
import { readPayload } from "../../../support/fake-ingest.ts";

const folder = mkdtempSync(join(tmpdir(), "overt-agency-"));
let world: TestAgency;
let start: StoredRecord | undefined;
beforeAll(async () => {
  world = await openTestAgency(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const t = translateFrom(loadCatalogues(), "en");
const status: AgentStatus = {
  ...{ state: "on", reasons: [], practice: true, agency: "practice-agency", deviceId: "00", ruleSet: undefined },
  ...{ lastDeliveredAt: undefined, waiting: 0, browserConnected: true, pausedUntil: undefined, now: startedAt },
};
const hostOnly = (host: string) => ({ v: 1, level: 1, host, maskedTerm: "" }) as const;

/** One record with what a website, a person and a reviewer wrote. */
function copyWith(words: { host: string; statement: string; told: string }): CopyToRead {
  start ??= openDevice(world).journal.list(undefined, 1)[0];
  if (start === undefined) throw new RangeError("The chain has no start.");
  const record: SentRecord = {
    ...{ seq: start.seq, hash: start.hash, envelope: start.envelope, receipt: undefined },
    document: { type: "event", event: Event.parse(readPayload(start.envelope)) },
    evidence: [hostOnly(words.host)],
    statementText: words.statement,
    views: [{ role: "reviewer", level: 1, at: startedAt }],
    decisions: [
      { outcome: "false-match", role: "reviewer", at: startedAt, told: words.told, attested: "session" },
    ] as SentRecord["decisions"],
  };
  const order: Envelope = world.agency.order;
  return { status, order, records: [record] };
}

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
    expect(readableCopy({ status: { ...status, state: "not-enrolled" } }, t)).toContain(t("sent.none"));
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
