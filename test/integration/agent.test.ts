import { practiceHosts } from "@overt/scripts/start/practice-site.ts";
import { describe, expect, test } from "vitest";
import { connectBrowser, enrol, eventually, openWorld, wall } from "../support/agent-world.ts";
import { readPayload } from "../support/fake-ingest.ts";

const listed = `http://${practiceHosts.listed}/`;

describe("the agent on one device", () => {
  test("enrols, sees a listed page, seals, journals, delivers, and keeps the receipt", async () => {
    const world = await openWorld();
    const running = await world.start();
    await enrol(world, running);
    const browser = await connectBrowser(world, running);
    const before = performance.now();
    browser.visit(listed);
    await eventually(() => world.ingest.taken.some((one) => readPayload(one.envelope).kind === "match"));
    expect(performance.now() - before).toBeLessThan(1_000);
    const record = await eventually(() =>
      running.source
        .records(undefined, 50)
        .find((one) => one.receipt && one.document.type === "event" && one.document.event.kind === "match"),
    );
    expect(record.document).toMatchObject({ event: { ruleId: "practice-chat-site", clauseId: "clause-3", count: 1 } });
    expect(record.evidence).toMatchObject([
      { level: 1, host: practiceHosts.listed },
      { level: 2, url: listed },
    ]);
    await eventually(() => world.ingest.blobs.size === 2);
    expect(world.ingest.wire().includes(practiceHosts.listed)).toBe(false);
    expect(wall() - (record.receipt?.receivedAt ?? 0)).toBeLessThan(10);
  });
});
