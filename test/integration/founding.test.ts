import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type RunningAgent, startAgent } from "@overt/agent/main.ts";
import { openPublished } from "@overt/scripts/authority/published.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answerYes, eventually, silentNotice } from "../support/agent-world.ts";
import { runAuthority, runOfficer, runScript } from "../support/command-line.ts";
import { type Desk, foundAgency, good, openDesk, publishAgency, signOrder } from "../support/founding.ts";
import { findFreePort } from "../support/free-port.ts";
import { openSimulatedBrowser } from "../support/simulated-browser.ts";

const root = join(import.meta.dirname, "../..");
const today = new Date().toISOString().slice(0, 10);
const rules = `bundle: northshire
version: 1
issued: ${today}
expires: 90 days
rules:
  - rule: lantern-chat
    reason: A chat site of this test.
    known-failures: none known
    signal: navigation
    category: chat
    mode: live
    hosts: [lantern.example]
    examples: { match: ["https://lantern.example/"], no-match: ["https://other.example/"] }
`;

/** The server as its operator starts it, with key files and folder of the commands. */
async function startServer(desk: Desk, folder: string): Promise<{ url: string; signIn: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(root, "server/src/main.ts"), "all"], {
    env: {
      OVERT_DATA: folder,
      OVERT_TUF: desk.published,
      OVERT_TUF_ROOT_SHA256: openPublished(desk.published).rootSha256,
      OVERT_INGEST_PORT: "0",
      OVERT_CONSOLE_PORT: String(await findFreePort()),
      OVERT_RECEIPT_KEY: desk.secret("server-receipt"),
      OVERT_LOG_KEY: desk.secret("server-log"),
      OVERT_CONSOLE_KEY: desk.secret("server-console"),
      OVERT_SESSION_KEY: desk.secret("server-session"),
      OVERT_TIMESTAMP_KEY: desk.secret("timestamp"),
      OVERT_SIGN_IN: "reviewer-1",
      OVERT_LOG: "no",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const exited = once(child, "exit");
  const found = new Map<string, string>();
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, what = "", where = ""] = /^(ingest listens on|sign in once at) (\S+)$/.exec(line) ?? [];
      found.set(what, where);
      const [url, signIn] = [found.get("ingest listens on"), found.get("sign in once at")];
      if (url !== undefined && signIn !== undefined) resolve({ url, signIn, child });
    });
    void exited.then(([code]) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

/** The reviewer's queue, as a browser without JavaScript gets it. */
async function readQueue(signIn: string): Promise<string> {
  const origin = new URL(signIn).origin;
  const page = await fetch(signIn);
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const token = /name="_csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
  const signedIn = await fetch(signIn, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ _csrf: token }),
  });
  const session = signedIn.headers.get("set-cookie")?.split(";")[0] ?? cookie;
  return (await fetch(`${origin}/queue`, { headers: { cookie: session } })).text();
}

describe("an agency founded by nothing but the commands", () => {
  let folder: string;
  let desk: Desk;
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "overt-founding-"));
    desk = await openDesk(join(folder, "desk"));
    await foundAgency(desk);
    writeFileSync(desk.at("rules.yaml"), rules);
    await good(desk.tuf("rules", desk.workspace, desk.at("rules.yaml")));
    await publishAgency(desk);
    await signOrder(desk);
    server = await startServer(desk, join(folder, "server"));
  }, 60_000);
  afterAll(async () => {
    const ended = once(server.child, "exit");
    server.child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const officer = (...args: string[]) => good(runScript("officer", args));
  const makePack = async (name: string, ...more: string[]) => {
    const out = join(folder, name);
    const documents = [
      "--order",
      desk.at("order.json"),
      "--status",
      desk.at("status.json"),
      "--agency",
      desk.published,
    ];
    const said = await runOfficer(
      "token",
      "--key",
      desk.secret("officer-1"),
      ...documents,
      "--server",
      server.url,
      "--out",
      out,
      ...more,
    );
    if (said.code !== 0) throw new Error(said.err);
    return { out, said: said.out };
  };
  const startDevice = async (name: string, known = true): Promise<RunningAgent> => {
    const registryPath = join(folder, `${name}.authorities.json`);
    const { rootSha256, agency } = openPublished(desk.published);
    const authorities = known ? [{ agency, name: "Northshire Police", rootSha256 }] : [];
    writeFileSync(registryPath, JSON.stringify({ v: 1, authorities }));
    const running = await startAgent({ stateFolder: join(folder, name), openNotice: silentNotice, registryPath });
    onTestFinished(() => running.close());
    return running;
  };
  const countersign = (pack: string, digits: string) =>
    officer(
      "countersign",
      pack,
      "--key",
      desk.secret("officer-1"),
      "--state",
      join(folder, "tool"),
      "--digits",
      digits,
    );

  test("enrols a device by its officer, and what the device reports is received and queued", async () => {
    const { out: pack } = await makePack("one.json");
    const device = await startDevice("device-1");
    await device.source.enrolment.bring({ pack: readFileSync(pack, "utf8") });
    expect(device.source.enrolment.view()).toMatchObject({
      step: "read",
      agency: "Northshire Police",
      practice: false,
    });
    await device.source.enrolment.answer(answerYes);
    const compared = await officer("compare", pack, "--key", desk.secret("officer-1"), "--state", join(folder, "tool"));
    const view = await eventually(() => {
      const now = device.source.enrolment.view();
      return now.step === "compare" && now;
    });
    expect(compared.out).toContain(`${view.code.slice(0, 4)} ${view.code.slice(4)}`);
    await countersign(pack, view.code);

    await eventually(() => device.source.status().ruleSet?.bundle === "northshire");
    const browser = await openSimulatedBrowser(join(folder, "device-1"));
    onTestFinished(() => browser.close());
    await eventually(() => device.source.status().state === "on");
    browser.visit("https://www.lantern.example/room/7");
    const match = await eventually(() =>
      device.source
        .records(undefined, 20)
        .find(({ document, receipt }) => document.type === "event" && document.event.kind === "match" && receipt),
    );
    expect(match.document).toMatchObject({ event: { ruleId: "lantern-chat", clauseId: "clause-3" } });
    expect(await readQueue(server.signIn)).toContain("CASE-2027-014");

    const deviceId = device.source.status().deviceId ?? "";
    const officerKey = ["--key", desk.secret("officer-1"), "--yes"];
    await good(runOfficer("device", "lost", deviceId, ...officerKey, "--out", join(folder, "lost.json")));
    await good(runOfficer("send", join(folder, "lost.json"), "--server", server.url));
    await good(runOfficer("device", "active", deviceId, ...officerKey, "--server", server.url));
    expect(await runOfficer("device", "lost", "0".repeat(32), ...officerKey, "--server", server.url)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no such device here/),
    });

    const order = desk.at("order.json");
    const revoked = join(folder, "revoked.json");
    const signer = ["--key", desk.secret("status-signer"), "--yes"];
    await good(runAuthority("order", "status", "new", order, "--state", "revoked", ...signer, "--out", revoked));
    await good(runAuthority("order", "send", order, revoked, "--server", server.url));
    // A restart asks for the order at once, where the hour would.
    await device.close();
    const again = await startDevice("device-1");
    await eventually(() => again.source.status().state === "ended");
  }, 60_000);

  test("by the typed code, takes a decline, and the device monitors nothing", async () => {
    const { out: pack, said } = await makePack("two.json", "--offer");
    const visit = ["--key", desk.secret("officer-1"), "--state", join(folder, "tool")];
    const [, host = "", code = ""] = /server (\S+), code (\S+)/.exec(said) ?? [];
    const device = await startDevice("device-2");
    await device.source.enrolment.bring({ host, code });
    await device.source.enrolment.answer({ ...answerYes, outcome: "declined" });
    const compared = await good(runOfficer("compare", pack, ...visit));
    expect(compared.out).toMatch(/THE PERSON DECLINES/);
    const [, digits = ""] = /your digits +(\d{4} \d{4})/.exec(compared.out) ?? [];
    const signed = await good(runOfficer("countersign", pack, ...visit, "--digits", digits));
    expect(signed.out).toMatch(/the person declined. Nothing is monitored/);
    await eventually(() => device.source.enrolment.view().step !== "compare");
    expect(device.source.status().state).not.toBe("on");
    expect(device.source.status().deviceId).toBeUndefined();
  }, 60_000);

  test("is refused by a device whose program does not know its root", async () => {
    const { out: pack } = await makePack("three.json");
    const device = await startDevice("device-3", false);
    await expect(device.source.enrolment.bring({ pack: readFileSync(pack, "utf8") })).rejects.toMatchObject({
      code: "UNKNOWN_ISSUER",
    });
  });
});
