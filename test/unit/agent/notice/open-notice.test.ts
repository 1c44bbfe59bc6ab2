import { openNotice } from "@overt/agent/notice/open-notice.ts";
import { PolicyError, TransportError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { noticeText } from "@overt/shared/notice/text.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptyNoticeAssets } from "../../../support/notice-assets.ts";
import { type OpenedWorld, openNoticeWorld, type Reply, send } from "../../../support/notice-world.ts";

let opened: OpenedWorld;
beforeEach(async () => {
  opened = await openNoticeWorld(emptyNoticeAssets());
});
afterEach(() => opened.notice.close());

type Headers = Record<string, string>;
const get = (path: string, headers: Headers = opened.own) => send(`${opened.home}${path}`, { headers });
const post = (path: string, body: string, headers: Headers = opened.own) =>
  send(`${opened.home}${path}`, { method: "POST", headers, body });
const without = (name: string) => Object.fromEntries(Object.entries(opened.own).filter(([key]) => key !== name));
const read = () => {
  opened.world.view = { step: "read", caseRef: "CASE-2071", agency: "practice-agency", practice: true };
};

describe("the notice's one door", () => {
  const refusals: readonly [string, "GET" | "POST" | "DELETE", () => Headers, number][] = [
    ["a name that points at loopback", "GET", () => ({ ...opened.own, host: "evil.example" }), 421],
    ["our address with another port", "GET", () => ({ ...opened.own, host: "127.0.0.1:1" }), 421],
    [
      "localhost instead of the address",
      "POST",
      () => ({ ...opened.own, host: opened.own["host"]?.replace("127.0.0.1", "localhost") ?? "" }),
      421,
    ],
    ["no session", "GET", () => without("cookie"), 401],
    ["no session", "POST", () => without("cookie"), 401],
    ["another session", "POST", () => ({ ...opened.own, cookie: `overt-notice=${"08".repeat(32)}` }), 401],
    [
      "the address's token as the session",
      "POST",
      () => ({ ...opened.own, cookie: `overt-notice=${opened.notice.address.slice(-64)}` }),
      401,
    ],
    ["a change without an origin", "POST", () => without("origin"), 403],
    ["a change from another page", "POST", () => ({ ...opened.own, origin: "http://evil.example" }), 403],
    ["a change from another local server", "POST", () => ({ ...opened.own, origin: "http://127.0.0.1:1" }), 403],
    ["a change from a sandboxed page", "POST", () => ({ ...opened.own, origin: "null" }), 403],
    [
      "a change that the browser calls cross-site",
      "POST",
      () => ({ ...opened.own, "sec-fetch-site": "cross-site" }),
      403,
    ],
    [
      "a change that the browser calls same-site",
      "POST",
      () => ({ ...opened.own, "sec-fetch-site": "same-site" }),
      403,
    ],
    ["another method", "DELETE", () => opened.own, 405],
  ];
  const forms: readonly [string, string][] = [
    ["/enrol/answer", "outcome=acknowledged"],
    ["/enrol/code", "host=a&code=b"],
    ["/say", "kind=explain&text=x"],
    ["/not-me", ""],
    ["/live", "challenge=x&inView=yes"],
  ];
  test.each(refusals)(
    "%s (%s) is refused, changes nothing, and is not told where the pages lie",
    async (_, method, headers, status) => {
      read();
      for (const [path, body] of forms) {
        const challenge = opened.permits.challenge("page");
        const answer = await send(`${opened.home}${path}`, {
          method,
          headers: headers(),
          body: method === "GET" ? "" : body.replace("=x&inView", `=${challenge}&inView`),
        });
        expect(answer.status).toBe(status);
        expect(answer.body).not.toContain(new URL(opened.home).pathname);
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }
      expect(opened.world.calls).toEqual({ brought: [], answers: [], statements: [] });
      expect(opened.world.status.pausedUntil).toBeUndefined();
      expect(opened.permits.current("all")).toBeUndefined();
    },
  );

  test("pages are found below this start's own path only", async () => {
    const { origin } = opened.notice;
    for (const path of ["/", "/status", `${new URL(opened.home).pathname}x/status`, "/..%2f"]) {
      const answer = await send(`${origin}${path}`, { headers: opened.own });
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain(new URL(opened.home).pathname);
    }
  });

  test("the address opens the pages with a cookie that no script reads and no other path gets; a wrong one opens nothing", async () => {
    const headers = { host: opened.own["host"] ?? "" };
    const entered = await send(opened.notice.address, { headers });
    expect(entered.status).toBe(200);
    expect(String(entered.headers["set-cookie"])).toMatch(
      /^overt-notice=[0-9a-f]{64}; Path=\/[0-9a-f]{16}; HttpOnly; SameSite=Strict$/,
    );
    expect(entered.body).not.toContain(opened.notice.address.slice(-64));
    const wrong = await send(opened.notice.address.slice(0, -1), { headers });
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
  });

  test("no answer is kept, framed, sniffed, or may run anything but our own file", async () => {
    for (const answer of [
      await get("/status"),
      await get("/nowhere"),
      await get("/assets/notice.css"),
      await get("/status", { host: opened.own["host"] ?? "" }),
    ]) {
      expect(answer.headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
      });
      const policy = String(answer.headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
    }
  });

  test.each([
    ["/live", 256],
    ["/say", limits.statementCharacters * 12 + 4_096],
    ["/enrol/code", 4_096],
    ["/enrol/file", limits.enrolmentBody + 4_096],
  ])("a body on %s larger than its route takes is refused, announced or not", async (path, largest) => {
    const body = `text=${"x".repeat(largest)}`;
    expect((await post(path, body)).status).toBe(413);
    expect((await post(path, body, { ...opened.own, "transfer-encoding": "chunked" })).status).toBe(413);
    expect(opened.world.calls).toEqual({ brought: [], answers: [], statements: [] });
  });

  test("a body of a kind that the route does not take is refused", async () => {
    for (const type of ["text/plain", "application/json", "multipart/form-data; boundary=x"]) {
      expect((await post("/say", "kind=explain&text=x", { ...opened.own, "content-type": type })).status).toBe(415);
    }
    expect(opened.world.calls.statements).toEqual([]);
  });

  test("a fault of ours says nothing of what it was", async () => {
    opened.world.failure = new Error("SECRET /home/someone") as never;
    const answer = await post("/say", "kind=explain&text=x");
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("SECRET");
  });

  test("without its built files the notice does not open", async () => {
    await expect(
      openNotice({
        source: {} as never,
        permits: opened.permits,
        port: 0,
        assets: "/nonexistent",
        random: (n) => new Uint8Array(n),
        monotonic: () => 0,
      }),
    ).rejects.toMatchObject({ code: "MISSING_FILE" });
  });
});

describe("the live answer", () => {
  const challenge = async () => (JSON.parse((await get("/live")).body) as { challenge: string }).challenge;
  const live = (reply: Reply) => (JSON.parse(reply.body) as { live: boolean }).live;

  test("a listening server, an open connection and a challenge that nobody answers mint no permit", async () => {
    await get("/status");
    await challenge();
    expect(opened.permits.current("all")).toBeUndefined();
    expect(opened.permits.current("browser")).toBeUndefined();
  });

  test("a page in view mints one, once", async () => {
    const given = await challenge();
    expect(live(await post("/live", `challenge=${given}&inView=yes`))).toBe(true);
    expect(opened.permits.current("all")?.scope).toBe("all");
    expect(live(await post("/live", `challenge=${given}&inView=yes`))).toBe(false);
  });

  test("a page out of view mints none and cannot end that of another page", async () => {
    expect(live(await post("/live", `challenge=${await challenge()}&inView=yes`))).toBe(true);
    expect(live(await post("/live", `challenge=${await challenge()}&inView=no`))).toBe(false);
    expect(opened.permits.current("all")).toBeDefined();
  });

  test("a page cannot answer for the badge", async () => {
    const given = opened.permits.challenge("badge");
    expect(live(await post("/live", `challenge=${given}&inView=yes`))).toBe(false);
    expect(opened.permits.current("browser")).toBeUndefined();
  });
});

describe("the enrolment", () => {
  const screens = noticeText("en").screens;

  test("an answer is taken only after every screen was on show, with the seconds each stayed", async () => {
    read();
    for (let i = 0; i < screens.length; i++) {
      const early = await post("/enrol/answer", "outcome=acknowledged");
      expect(early.status).toBe(422);
      // The refusal itself shows the first screen that is missing, and that counts as shown.
      opened.clock.at += 3 + i;
    }
    const answer = await post("/enrol/answer", "outcome=acknowledged&copyGiven=yes");
    expect(answer.status).toBe(303);
    expect(opened.world.calls.answers).toEqual([
      {
        outcome: "acknowledged",
        language: "en",
        copyGiven: true,
        noticeSha256: noticeText("en").sha256,
        screens: screens.map(({ id, sha256 }, i) => ({ id, sha256, seconds: 3 + i })),
      },
    ]);
  });

  test("screens read in one language do not count for an answer in another", async () => {
    read();
    for (let i = 0; i < screens.length; i++) await get(`/enrol?screen=${i}`);
    const welsh = { ...opened.own, cookie: `${opened.own["cookie"]}; overt-language=cy` };
    expect((await post("/enrol/answer", "outcome=acknowledged", welsh)).status).toBe(422);
    expect(opened.world.calls.answers).toEqual([]);
    expect((await post("/enrol/answer", "outcome=declined")).status).toBe(303);
    expect(opened.world.calls.answers).toMatchObject([{ outcome: "declined", language: "en" }]);
  });

  test("no outcome and an unknown outcome are no answer", async () => {
    read();
    for (let i = 0; i < screens.length; i++) await get(`/enrol?screen=${i}`);
    for (const body of ["", "outcome=yes", "outcome="]) expect((await post("/enrol/answer", body)).status).toBe(422);
    expect(opened.world.calls.answers).toEqual([]);
  });

  test("only words that the order names are offered; with none of them nothing can be answered", async () => {
    read();
    const order = opened.world.order;
    const pinned = order?.notices.filter(({ language }) => language === "cy") ?? [];
    opened.world.order = order && { ...order, notices: pinned };
    const page = await get("/enrol");
    expect(page.body).toContain('lang="cy"');
    expect(page.body).toContain('value="cy"');
    expect(page.body).not.toContain('value="en"');
    opened.world.order = order && { ...order, notices: [{ language: "en", sha256: "00".repeat(32) }] };
    expect((await get("/enrol")).status).toBe(409);
    for (let i = 0; i < screens.length; i++) await get(`/enrol?screen=${i}`);
    expect((await post("/enrol/answer", "outcome=acknowledged")).status).toBe(409);
    expect(opened.world.calls.answers).toEqual([]);
  });

  test("a token comes as a file, with or without a script, or as host and code", async () => {
    opened.world.view = { step: "bring-token" };
    const boundary = "----x";
    const part = (text: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="pack"; filename="t.json"\r\ncontent-type: application/json\r\n\r\n${text}\r\n--${boundary}--\r\n`;
    const headers = { ...opened.own, "content-type": `multipart/form-data; boundary=${boundary}` };
    expect((await post("/enrol/file", part(""), headers)).status).toBe(422);
    expect((await post("/enrol/file", "no form at all", headers)).status).toBe(422);
    expect((await post("/enrol/file", part('{"v":1}'), headers)).status).toBe(303);
    expect((await post("/enrol/code", "host=&code=")).status).toBe(422);
    expect((await post("/enrol/code", "host=agency.example&code=abcd+efgh")).status).toBe(303);
    expect(opened.world.calls.brought).toEqual([{ pack: '{"v":1}' }, { host: "agency.example", code: "abcd efgh" }]);
  });

  test("an unknown issuer is a red refusal; a slip of the pen is put to the person again with what was typed", async () => {
    opened.world.view = { step: "bring-token" };
    opened.world.failure = new PolicyError("UNKNOWN_ISSUER", "This token is not from a registered agency.");
    const refused = await post("/enrol/code", "host=a.example&code=b");
    expect(refused.status).toBe(422);
    expect(refused.body).toContain("app-refused");
    expect(refused.body).toContain("This program does not know the agency behind this token");
    opened.world.failure = new TransportError("UNREACHABLE", "The server cannot be reached.");
    const slip = await post("/enrol/code", "host=a.example&code=b");
    expect(slip.body).not.toContain("app-refused");
    expect(slip.body).toContain('value="a.example"');
  });
});

describe("my side", () => {
  test.each([
    ["no words", "kind=explain&text=+%0D%0A"],
    ["an unknown kind", "kind=other&text=x"],
    ["no kind", "text=x"],
    ["too many characters", `kind=explain&text=${"x".repeat(2_001)}`],
  ])("%s: told so, nothing typed is lost, nothing is sent on", async (_, body) => {
    const answer = await post("/say", body);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain("govuk-error-summary");
    const typed = new URLSearchParams(body).get("text")?.trim() ?? "";
    expect(answer.body).toContain(`${typed}</textarea>`);
    expect(opened.world.calls.statements).toEqual([]);
  });

  test("what is sent is what was typed: line breaks once, 2,000 characters, about a record or about none", async () => {
    const text = `a\r\n${"ŵ".repeat(1_998)}`;
    expect((await post("/say", new URLSearchParams({ kind: "dispute", text, about: "6" }).toString())).status).toBe(
      303,
    );
    expect(
      (await post("/say", new URLSearchParams({ kind: "complaint", text: "b", about: "999999" }).toString())).status,
    ).toBe(303);
    expect(opened.world.calls.statements).toEqual([
      { kind: "dispute", about: 6, text: `a\n${"ŵ".repeat(1_998)}` },
      { kind: "complaint", about: undefined, text: "b" },
    ]);
  });

  test("an agent that cannot take it says why and the words stay on the page", async () => {
    opened.world.failure = new PolicyError("NOT_ACKNOWLEDGED", "Nothing is monitored, so there is nobody to tell.");
    const answer = await post("/say", "kind=explain&text=my+words");
    expect(answer.body).toContain("Nothing is monitored, so there is nobody to tell.");
    expect(answer.body).toContain("my words</textarea>");
  });
});

describe("this is not me", () => {
  test("one press pauses and says until when; one press goes on", async () => {
    expect((await get("/status")).body).toContain("This is not me: pause monitoring");
    expect((await post("/not-me", "")).status).toBe(303);
    const paused = (await get("/status")).body;
    for (const words of ["Monitoring is paused", "this is not me", "Go on with monitoring now", "at the latest."]) {
      expect(paused).toContain(words);
    }
    expect(paused).not.toContain("This is not me: pause monitoring");
    expect((await post("/go-on", "")).status).toBe(303);
    expect((await get("/status")).body).toContain("Monitoring is on");
  });

  test.each(["not-enrolled", "enrolling", "starting", "paused", "ended"] as const)(
    "nothing is offered to pause while it is %s",
    async (state) => {
      opened.world.status = { ...opened.world.status, state };
      expect((await get("/status")).body).not.toContain("/not-me");
    },
  );
});

describe("the pages", () => {
  test("PRACTICE stands on every page of a practice, and on none of another", async () => {
    const pages = ["/status", "/about", "/sent", "/sent/6", "/order", "/say", "/nowhere", "/sent/99"];
    for (const path of pages) expect((await get(path)).body).toContain("PRACTICE");
    opened.world.status = { ...opened.world.status, practice: false };
    for (const path of pages) expect((await get(path)).body).not.toContain("PRACTICE");
  });

  test("a record is shown in full: every field in words, the signed bytes, the receipt, who looked, what was decided", async () => {
    for (const record of opened.world.records) {
      const { body } = await get(`/sent/${record.seq}`);
      expect(body).toContain(record.hash);
      expect(body).toContain(record.envelope.payload.replaceAll("+", "&#43;").slice(0, 40));
      expect(body.includes("Receipt</h3>")).toBe(record.receipt !== undefined);
    }
    const { body } = await get("/sent/6");
    for (const words of [
      "A reviewer opened level 1",
      "A reviewer read your words",
      "A false match",
      "This was a false match.",
      "chat.example",
      "High: within a working day",
    ]) {
      expect(body).toContain(words);
    }
  });

  test("the list is paged by number, newest first, and no record is left out", async () => {
    const one = opened.world.records[0];
    if (one === undefined) throw new Error("no record");
    opened.world.records = Array.from({ length: 60 }, (_, seq) => ({ ...one, seq }));
    const seen: number[] = [];
    let path: string | undefined = "/sent";
    while (path !== undefined) {
      const { body }: Reply = await get(path);
      seen.push(...[...body.matchAll(/\/sent\/([0-9]+)"/g)].map((match) => Number(match[1])));
      path = /href="[^"]*(\/sent\?before=[0-9]+)"/.exec(body)?.[1];
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => 59 - i));
  });

  test("a language is remembered and goes back to the page, and nowhere else", async () => {
    const chosen = await post("/language", "language=cy&to=/sent/6");
    expect(chosen.headers).toMatchObject({ location: `${new URL(opened.home).pathname}/sent/6` });
    const cookie = String(chosen.headers["set-cookie"]).split(";", 1)[0];
    const page = await get("/status", { ...opened.own, cookie: `${opened.own["cookie"]}; ${cookie}` });
    expect(page.body).toContain('<html class="govuk-template" lang="cy">');
    expect(page.body).toContain("Mae’r monitro ymlaen");
    for (const to of ["//evil.example", "https://evil.example", "/\\evil.example", "/status\r\nx: y", "/a/../b"]) {
      const away = await post("/language", new URLSearchParams({ language: "cy", to }).toString());
      expect(away.headers["location"]).toBe(`${new URL(opened.home).pathname}/`);
    }
  });

  test("a download's name cannot add a header", async () => {
    opened.world.exportName = 'a"b\r\nx.json';
    const { headers } = await get("/export");
    expect(headers["content-disposition"]).toBe('attachment; filename="abx.json"');
  });
});
