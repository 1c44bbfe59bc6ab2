import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publishWorkspace, signTimestamp } from "@overt/scripts/authority/tuf/publish.ts";
import { addTarget, signRole } from "@overt/scripts/authority/tuf/workspace.ts";
import { practiceRules } from "@overt/scripts/start/practice/rules.ts";
import { buildServer, type RunningServer } from "@overt/server/app.ts";
import { readConfig } from "@overt/server/config.ts";
import { buildNodeSigner } from "@overt/server/crypto/verify.ts";
import { buildTimestampKeeper } from "@overt/server/ingest/trust/renew-timestamp.ts";
import { openTrust } from "@overt/server/ingest/trust/source.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { EventsAnswer } from "@overt/shared/protocol/wire.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildDevice } from "../support/device.ts";
import { ingestEnvironment, newDataFolder } from "../support/ingest-process.ts";
import { foundAgency, random, type SharedAgency } from "../support/ingest-world.ts";
import { day, makeTufAgency, openTestKeeper, type TufAgency, testKey } from "../support/tuf-agency.ts";

const now = () => Math.floor(Date.now() / 1000);

describe("rules published while ingest runs", () => {
  let shared: SharedAgency;
  let server: RunningServer;
  beforeAll(async () => {
    shared = await foundAgency();
  });
  afterEach(() => server.close());

  function publishRules(version: number): void {
    const { keys, published } = shared.agency;
    const workspace = join(dirname(published), "tuf-workspace");
    addTarget(workspace, "rules/practice.json", canonicalBytes(practiceRules(version, now())), { now: now() });
    for (const role of ["targets-1", "targets-2"]) signRole(workspace, "targets", keys.signing(role), now());
    signRole(workspace, "snapshot", keys.signing("snapshot-1"), now());
    publishWorkspace(workspace, published);
    signTimestamp(published, keys.signing("timestamp-1"), now());
  }

  test("count for the very next record, without a restart", async () => {
    const config = readConfig(ingestEnvironment({ agency: shared.agency, data: newDataFolder(shared.folder) }));
    server = await buildServer(config, "ingest");
    const ingest = server.ingest;
    if (ingest === undefined) throw new RangeError("Ingest does not run.");
    const pack = shared.agency.makePack("http://127.0.0.1:8801");
    const device = buildDevice({ pack, officer: shared.agency.keys.signing("officer-1"), random, now });
    expect((await ingest.inject({ method: "POST", url: "/v1/enrolments", payload: device.enrolment })).statusCode).toBe(
      201,
    );
    const post = async (ruleSetVersion: number) => {
      const { envelope } = device.match({ facts: { ruleSetVersion } });
      const answer = await ingest.inject({
        method: "POST",
        url: "/v1/events",
        payload: { v: 1, envelopes: [envelope] },
      });
      return EventsAnswer.parse(answer.json()).results[0];
    };
    expect((await post(1))?.status).toBe(201);
    publishRules(2);
    expect((await post(2))?.status).toBe(201);
    publishRules(3);
    expect((await post(3))?.status).toBe(201);
    // The rules before are still known, and what nobody published is not.
    expect((await post(2))?.status).toBe(201);
    expect(await post(4)).toMatchObject({ status: 422, code: "UNKNOWN_RULE" });
  });
});

describe("a publication that is still being copied", () => {
  let agency: TufAgency;
  let folder: string;
  beforeEach(() => {
    agency = makeTufAgency({ now: now() - 60 });
    folder = mkdtempSync(join(tmpdir(), "overt-copy-"));
  });
  afterEach(() => {
    agency.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is complained of once, changes nothing, and is taken when it is whole", async () => {
    const founded = await foundAgency();
    cpSync(founded.agency.published, folder, { recursive: true });
    const trust = await openTrust({ folder, rootSha256: founded.agency.rootSha256 });
    const workspace = join(dirname(founded.agency.published), "tuf-workspace");
    const { keys, published } = founded.agency;
    addTarget(workspace, "rules/practice.json", canonicalBytes(practiceRules(2, now())), { now: now() });
    for (const role of ["targets-1", "targets-2"]) signRole(workspace, "targets", keys.signing(role), now());
    signRole(workspace, "snapshot", keys.signing("snapshot-1"), now());
    publishWorkspace(workspace, published);
    signTimestamp(published, keys.signing("timestamp-1"), now());

    cpSync(join(published, "timestamp.json"), join(folder, "timestamp.json"));
    await expect(trust.refresh()).rejects.toMatchObject({ code: "BAD_SIGNATURE" });
    await trust.refresh();
    expect(trust.current().ruleSets[0]?.version).toBe(1);
    cpSync(published, folder, { recursive: true });
    await trust.refresh();
    expect(trust.current().ruleSets[0]?.version).toBe(2);
  });

  test("gets no timestamp before its files are there", () => {
    const keeper = buildTimestampKeeper(agency.published, testKey("timestamp-1"), buildNodeSigner());
    const before = readFileSync(join(agency.published, "timestamp.json"));
    cpSync(agency.published, folder, { recursive: true });
    agency.setRules(2, now());
    agency.publish(now());
    const whole = mkdtempSync(join(tmpdir(), "overt-whole-"));
    cpSync(agency.published, whole, { recursive: true });
    // As a copy from another machine may arrive: the snapshot first, its list of files later.
    const targets =
      readdirSync(whole)
        .filter((name) => name.endsWith(".targets.json"))
        .sort()
        .at(-1) ?? "";
    rmSync(join(agency.published, targets));
    writeFileSync(join(agency.published, "timestamp.json"), before);
    expect(keeper.renew(now())).toBe(false);
    writeFileSync(join(agency.published, targets), readFileSync(join(whole, targets)).subarray(0, 100));
    expect(keeper.renew(now())).toBe(false);
    cpSync(join(whole, targets), join(agency.published, targets));
    expect(keeper.renew(now())).toBe(true);
    rmSync(whole, { recursive: true });
  });
});

describe("the server's timestamp and the authority's at the same moment", () => {
  let agency: TufAgency;
  beforeEach(() => {
    agency = makeTufAgency({ now: now() - 60 });
  });
  afterEach(() => agency.close());
  const timestamp = () => join(agency.published, "timestamp.json");

  test.each(["server", "authority"])("whoever writes last (%s): a device gets the newest rules", async (last) => {
    const device = openTestKeeper(agency, { clock: now });
    const keeper = buildTimestampKeeper(agency.published, testKey("timestamp-1"), buildNodeSigner());
    await device.refresh(now());
    // A day later both sign version 2: the server over the old snapshot, the authority over the new one.
    const at = now() + day + 120;
    const before = readFileSync(timestamp());
    expect(keeper.renew(at)).toBe(true);
    const servers = readFileSync(timestamp());
    writeFileSync(timestamp(), before);
    agency.setRules(2, at);
    agency.publish(at);
    const authoritys = readFileSync(timestamp());
    expect(JSON.parse(servers.toString()).signed.version).toBe(JSON.parse(authoritys.toString()).signed.version);
    const [first, second] = last === "server" ? [authoritys, servers] : [servers, authoritys];
    writeFileSync(timestamp(), first);
    await device.refresh(now());
    writeFileSync(timestamp(), second);
    await device.refresh(now());
    expect(keeper.renew(at + 10)).toBe(true);
    const outcome = await device.refresh(now());
    expect(outcome).toMatchObject({ kind: "updated", targets: { versions: { targets: 2 } } });
    expect(keeper.renew(at + 20)).toBe(false);
  });

  test("a timestamp that came while another was being signed is not overwritten", () => {
    const sign = buildNodeSigner();
    let meanwhile: (() => void) | undefined;
    const keeper = buildTimestampKeeper(agency.published, testKey("timestamp-1"), (message, key) => {
      meanwhile?.();
      return sign(message, key);
    });
    const at = now() + day + 120;
    let theirs: Buffer | undefined;
    meanwhile = () => {
      agency.stamp(now());
      theirs = readFileSync(timestamp());
    };
    expect(keeper.renew(at)).toBe(false);
    expect(readFileSync(timestamp())).toEqual(theirs);
    expect(existsSync(`${timestamp()}.renewing`)).toBe(false);
    meanwhile = undefined;
    expect(keeper.renew(at)).toBe(true);
  });
});
