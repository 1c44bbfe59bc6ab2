import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { EnrolmentState, enrolmentDocument } from "@overt/agent/core/enrolment-state.ts";
import { openFileDocuments } from "@overt/agent/platform/documents/file-documents.ts";
import { toHex } from "@overt/shared/bytes.ts";
import type { EnrolmentPack } from "@overt/shared/protocol/enrolment.ts";
import { openServer } from "../cli/server.ts";
import { prettyJson, writeFileWhole } from "../keys/files.ts";
import { type Command, openChildren } from "./children.ts";
import { openPorts } from "./ports.ts";
import { openPracticeAgency, type PracticeAgency, practiceReviewerId } from "./practice/agency.ts";
import { buildPracticeOfficer } from "./practice/officer.ts";
import { openPracticeSite, type PracticeSite } from "./practice-site.ts";

/** Everything of a practice run but the browser. */
export interface PracticeRun {
  /** Signs the practice reviewer in once; its fragment carries the reviewer's key, which browsers do not send. */
  readonly consoleLink: string;
  /** Another link of that kind: each is good once. */
  makeConsoleLink(): Promise<string>;
  /** What `server backup` writes into a new folder, while everything runs. */
  backup(into: string): Promise<void>;
  readonly noticeAddress: string;
  readonly agentState: string;
  readonly site: PracticeSite;
  readonly reviewerKeyFile: string;
  readonly serverUrl: string;
  readonly consoleOrigin: string;
  readonly logs: string;
  close(): Promise<void>;
}

const runFile = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const random = (n: number) => new Uint8Array(randomBytes(n));
const now = () => Math.floor(Date.now() / 1_000);
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * Starts agency, server, agent and practice web from `folder`; a second start carries on where the first ended.
 * `route` answers what the device is to call the server: somebody may listen in between.
 */
export async function startPractice(
  folder: string,
  say: (line: string) => void,
  route: (serverUrl: string) => Promise<string> = async (serverUrl) => serverUrl,
): Promise<PracticeRun> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const ports = await openPorts(join(folder, "ports.json"), say);
  const serverUrl = `http://127.0.0.1:${ports.ingest}`;
  const consoleOrigin = `http://127.0.0.1:${ports.console}`;

  say("opening the practice agency: keys, order, rules, TUF repository");
  const agency = openPracticeAgency({ folder: join(folder, "agency"), now: now(), random });
  if (agency.news !== undefined) say(agency.news);

  const logs = join(folder, "logs");
  const children = openChildren(logs, (name, log) => say(`the ${name} has ended; its log is ${log}`));
  const site = await openPracticeSite(ports.site);
  try {
    say("starting ingest and console");
    const server = describeServer({ folder, agency, ingest: ports.ingest, console: ports.console });
    const consoleLink = await children.start("server", server.run("all"), readLink);
    const reviewerKey = toHex(agency.keys.box("reviewer-1").secretKey);
    const withKey = (link: string) => `${link}#key=${reviewerKey}`;
    const agentState = join(folder, "agent");
    const { pack, toBring } = choosePack(agentState, (url) => agency.makePack(url), await route(serverUrl));
    const packFile = join(folder, "enrolment-token.json");
    rmSync(packFile, { force: true });
    if (toBring && pack !== undefined) {
      writeFileWhole(packFile, prettyJson(pack), 0o600);
      // Its typed code can be tried, too.
      await openServer(serverUrl).put("/v1/tokens", pack);
    }

    say("starting the agent");
    const noticeAddress = await children.start(
      "agent",
      {
        script: join(import.meta.dirname, "agent-process.ts"),
        args: [
          ...["--state", agentState, "--assets", join(root, "dist", "notice")],
          ...(toBring ? ["--pack", packFile] : []),
        ],
      },
      (line) => /^notice at (\S+)$/.exec(line)?.[1],
    );
    if (pack === undefined) say("the device is enrolled already; going on from there");
    else attend(agency, pack, { serverUrl, state: join(folder, "officer") }, say);
    return {
      consoleLink: withKey(consoleLink),
      makeConsoleLink: async () => withKey(await askForLink(server.run("sign-in", practiceReviewerId))),
      backup: async (into) => void (await runToEnd(server.run("backup", into))),
      noticeAddress,
      agentState,
      site,
      reviewerKeyFile: agency.keys.file("reviewer-1"),
      serverUrl,
      consoleOrigin,
      logs,
      async close() {
        await children.stop();
        await site.close();
      },
    };
  } catch (error) {
    await children.stop();
    await site.close();
    throw error;
  }
}

const readLink = (line: string) => /^sign in once at (\S+)$/.exec(line)?.[1];

async function runToEnd({ script, args, env }: Command): Promise<string> {
  const { stdout } = await runFile(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
  return stdout;
}

async function askForLink(command: Command): Promise<string> {
  const stdout = await runToEnd(command);
  const link = readLink(stdout.trim());
  if (link === undefined) throw new Error("The server printed no sign-in link.");
  return link;
}

function describeServer(options: {
  readonly folder: string;
  readonly agency: PracticeAgency;
  readonly ingest: number;
  readonly console: number;
}) {
  const { agency } = options;
  const keyFile = agency.keys.file;
  const env = {
    OVERT_DATA: join(options.folder, "server"),
    OVERT_TUF: agency.published,
    OVERT_TUF_ROOT_SHA256: agency.rootSha256,
    OVERT_INGEST_PORT: String(options.ingest),
    OVERT_CONSOLE_PORT: String(options.console),
    OVERT_RECEIPT_KEY: keyFile("server-receipt"),
    OVERT_LOG_KEY: keyFile("server-log"),
    OVERT_CONSOLE_KEY: keyFile("server-console"),
    OVERT_SESSION_KEY: keyFile("server-session"),
    OVERT_SIGN_IN: practiceReviewerId,
  };
  return {
    run: (...args: readonly string[]): Command => ({ script: join(root, "server", "src", "main.ts"), args, env }),
  };
}

/** A new token while nothing is under way; the one that the officer is to attend to; none where the device is enrolled. */
function choosePack(
  agentState: string,
  makePack: (serverUrl: string) => EnrolmentPack,
  serverUrl: string,
): { readonly pack: EnrolmentPack | undefined; readonly toBring: boolean } {
  const state = openFileDocuments(join(agentState, "documents")).find(enrolmentDocument, EnrolmentState);
  if (state?.step === "done") return { pack: undefined, toBring: false };
  if (state?.step === "exchange") return { pack: state.pack, toBring: false };
  return { pack: makePack(serverUrl), toBring: true };
}

/** The practice officer waits beside the device until it is enrolled. */
function attend(
  agency: PracticeAgency,
  pack: EnrolmentPack,
  { serverUrl, state }: { readonly serverUrl: string; readonly state: string },
  say: (line: string) => void,
): void {
  const officer = buildPracticeOfficer({
    serverUrl,
    pack,
    key: agency.keys.signing("officer-1"),
    state,
    now,
    random,
    wait,
  });
  void officer
    .attend()
    .then(({ code, outcome }) =>
      say(`the practice officer saw ${code.slice(0, 4)} ${code.slice(4)} and countersigned: ${outcome}`),
    )
    .catch((error: unknown) =>
      say(`the practice officer stopped: ${error instanceof Error ? error.message : "unknown"}`),
    );
}
