import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Notice, openNotice } from "@overt/agent/notice/open-notice.ts";
import { buildPermitKeeper } from "@overt/agent/notice/permit.ts";
import type { NoticeSource } from "@overt/agent/notice/ports.ts";
import { PolicyError } from "@overt/shared/errors.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const hostile = `<script>alert(1)</script>"'<img src=x onerror=alert(1)>`;

interface Calls {
  readonly answers: unknown[];
  readonly statements: unknown[];
}

function fakeSource(calls: Calls): NoticeSource {
  return {
    status: () => ({
      state: "enrolling",
      reasons: [],
      practice: true,
      agency: "practice-agency",
      deviceId: undefined,
      ruleSet: undefined,
      lastDeliveredAt: undefined,
      waiting: 0,
      browserConnected: false,
      now: 1_800_000_000,
    }),
    order: () => undefined,
    rules: () => [
      { ruleId: "r", category: "chat", signal: "navigation", severity: "low", reason: hostile, clauseId: undefined },
    ],
    records: () => [],
    findRecord: () => undefined,
    enrolment: {
      view: () => ({ step: "read", caseRef: "CASE-1", agency: "practice-agency", practice: true }),
      bring: () => Promise.reject(new PolicyError("UNKNOWN_ISSUER", hostile)),
      answer: (input) => {
        calls.answers.push(input);
        return Promise.resolve();
      },
    },
    submitStatement: (input) => {
      calls.statements.push(input);
      return Promise.reject(new PolicyError("DECLINED", "not now"));
    },
    exportAll: () => ({ filename: 'a"b\r\nx.json', json: "{}" }),
  };
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function send(
  notice: Notice,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = "",
): Promise<Reply> {
  const { port } = new URL(notice.origin);
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString(), headers: answer.headers });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("the notice's one door", () => {
  let notice: Notice;
  let calls: Calls;
  let own: Record<string, string>;
  const permits = buildPermitKeeper({ monotonic: () => 1, random: (n) => new Uint8Array(n).fill(7) });

  beforeEach(async () => {
    calls = { answers: [], statements: [] };
    const assets = mkdtempSync(join(tmpdir(), "overt-notice-"));
    writeFileSync(join(assets, "notice.css"), "");
    const random = (n: number) => new Uint8Array(n).fill(9);
    notice = await openNotice({ source: fakeSource(calls), permits, port: 0, assets, random, now: () => 0 });
    const host = new URL(notice.origin).host;
    own = {
      host,
      origin: notice.origin,
      cookie: `overt-notice=${"09".repeat(32)}`,
      "content-type": "application/x-www-form-urlencoded",
    };
  });
  afterEach(() => notice.close());

  test.each<[string, string, (own: Record<string, string>) => Record<string, string>, number]>([
    ["a name that points at loopback", "GET", (o) => ({ ...o, host: "evil.example" }), 421],
    ["localhost instead of the address", "GET", (o) => ({ ...o, host: `localhost:${o["host"]?.split(":")[1]}` }), 421],
    ["no token", "GET", ({ cookie: _, ...o }) => o, 401],
    ["another token", "GET", (o) => ({ ...o, cookie: `overt-notice=${"08".repeat(32)}` }), 401],
    ["a change without an origin", "POST", ({ origin: _, ...o }) => o, 403],
    ["a change from another page", "POST", (o) => ({ ...o, origin: "http://evil.example" }), 403],
    ["a change from a sandboxed page", "POST", (o) => ({ ...o, origin: "null" }), 403],
    ["a change that the browser calls cross-site", "POST", (o) => ({ ...o, "sec-fetch-site": "cross-site" }), 403],
    ["another method", "DELETE", (o) => o, 400],
  ])("%s is refused and changes nothing", async (_, method, change, status) => {
    const answer = await send(notice, method, "/enrol/answer", change(own), "outcome=acknowledged&language=en");
    expect(answer.status).toBe(status);
    expect(calls.answers).toEqual([]);
  });

  test("a form larger than allowed is refused", async () => {
    expect((await send(notice, "POST", "/say", own, `text=${"x".repeat(600_000)}`)).status).toBe(413);
    expect(calls.statements).toEqual([]);
  });

  test("an answer is taken only after every screen was shown in its language", async () => {
    const form = "outcome=acknowledged&language=en";
    expect((await send(notice, "POST", "/enrol/answer", own, form)).status).toBe(422);
    const screens = noticeText("en").screens;
    for (let i = 0; i < screens.length; i++) await send(notice, "GET", `/enrol?screen=${i}`, own);
    expect((await send(notice, "POST", "/enrol/answer", own, "outcome=acknowledged&language=cy")).status).toBe(422);
    expect(calls.answers).toEqual([]);
    expect((await send(notice, "POST", "/enrol/answer", own, form)).status).toBe(303);
    expect(calls.answers).toMatchObject([
      {
        outcome: "acknowledged",
        noticeSha256: noticeText("en").sha256,
        screens: screens.map(({ id, sha256 }) => ({ id, sha256 })),
      },
    ]);
  });

  test("words from elsewhere never become markup", async () => {
    const looked = noticeText("en").screens.findIndex((screen) => screen.id === "looked-for");
    for (const answer of [
      await send(notice, "GET", `/enrol?screen=${looked}`, own),
      await send(notice, "GET", "/about", own),
      await send(notice, "POST", "/enrol/bring", own, "pack=x"),
      await send(notice, "GET", `/say?about=${encodeURIComponent(hostile)}`, own),
    ]) {
      expect(answer.body).toContain("&lt;script&gt;alert(1)");
      expect(answer.body).not.toContain("<script>alert(1)");
      expect(answer.body).not.toContain("<img src=x");
    }
  });

  test("statements that are empty, too long or of no kind are told so and not sent on", async () => {
    for (const form of ["kind=explain&text=", "kind=other&text=x", `kind=explain&text=${"x".repeat(2_001)}`]) {
      expect((await send(notice, "POST", "/say", own, form)).status).toBe(422);
    }
    expect(calls.statements).toEqual([]);
  });

  test("nothing is kept by caches, framed, or run from a page itself", async () => {
    const { headers } = await send(notice, "GET", "/status", own);
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
  });

  test("a download's name cannot add a header", async () => {
    const { headers } = await send(notice, "GET", "/export", own);
    expect(headers["content-disposition"]).toBe('attachment; filename="abx.json"');
  });

  test("listening mints no permit; a page in view that answers does, once", async () => {
    expect(permits.current("all")).toBeUndefined();
    const { challenge } = JSON.parse((await send(notice, "GET", "/live", own)).body) as { challenge: string };
    const hidden = await send(notice, "POST", "/live", own, `challenge=${challenge}&inView=no`);
    expect(JSON.parse(hidden.body)).toEqual({ live: false });
    const again = JSON.parse((await send(notice, "GET", "/live", own)).body) as { challenge: string };
    const seen = await send(notice, "POST", "/live", own, `challenge=${again.challenge}&inView=yes`);
    expect(JSON.parse(seen.body)).toEqual({ live: true });
    expect(permits.current("all")).toBeDefined();
  });
});
