import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { bridgeAddress } from "./bridge/address.ts";
import { type Bridge, openBridge } from "./bridge/server.ts";
import { readBuildInfo } from "./build.ts";
import { type Agent, buildAgent } from "./core/agent.ts";
import { ordinaryRhythm, practiceRhythm } from "./core/sync.ts";
import { loadCatalogues, translateFrom } from "./notice/catalogue.ts";
import { buildPermitKeeper, type PermitKeeper } from "./notice/permit.ts";
import type { NoticeSource } from "./notice/ports.ts";
import { refusalWords } from "./notice/refusal-words.ts";
import { findAccountHash, findOs } from "./platform/account/current-account.ts";
import { isScreenLocked } from "./platform/account/screen-lock.ts";
import { makePrivateFolder } from "./platform/atomic-file.ts";
import { openAuthority } from "./platform/authority/open-authority.ts";
import { openSystemClock } from "./platform/clock/system-clock.ts";
import { openControlChannel } from "./platform/control/channel.ts";
import type { ControlRequest } from "./platform/control/messages.ts";
import { openFileDocuments } from "./platform/documents/file-documents.ts";
import { openFileForms } from "./platform/forms/file-forms.ts";
import { openJournal } from "./platform/journal/open-journal.ts";
import { openFileKeyStore } from "./platform/keys/file-key-store.ts";
import { wait } from "./platform/timers/wait.ts";
import { openHttpTransport } from "./platform/transport/http.ts";
import { openPublishedLists } from "./platform/tuf/published-lists.ts";

/** The person's pages on loopback. */
export interface OpenedNotice {
  /** Where the person opens them, with this start's own token. */
  readonly url: string;
  close(): Promise<void>;
}
export type OpenNotice = (deps: {
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  readonly stateFolder: string;
}) => Promise<OpenedNotice>;

export interface AgentOptions {
  readonly stateFolder: string;
  readonly openNotice: OpenNotice;
  /** `agent/authorities.json` where left out. */
  readonly registryPath?: string;
  /** The platform's own where left out. */
  readonly fetch?: typeof fetch;
  /** Whether the screen of this log-in is locked; the platform's own answer where left out. */
  readonly isScreenLocked?: () => Promise<boolean>;
  /** Called once when the agent ended by itself: stopped or removed from the command line. */
  readonly onEnded?: () => void;
  /** Called with a fault of the program itself, after everything was closed. */
  readonly onFault?: (error: unknown) => void;
}

export interface RunningAgent {
  readonly noticeUrl: string;
  readonly source: NoticeSource;
  readonly permits: PermitKeeper;
  /** Resolves when what was enrolled is at work, or it is clear that it cannot be now. */
  ready(): Promise<void>;
  /** As the person's `overt-agent stop` and `remove`. */
  stop(): Promise<void>;
  remove(): Promise<void>;
  /** Ends the process's part without a record, as a log-out does. */
  close(): Promise<void>;
}

const httpTimeoutMs = 20_000;

/**
 * Starts the agent of a state folder: notice, browser channel, monitor. It captures nothing until a notice was in view.
 * Throws FILE_EXISTS where one runs on the folder already, BAD_CONFIG where files are open to other accounts.
 */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { stateFolder } = options;
  makePrivateFolder(stateFolder);
  const random = (n: number) => new Uint8Array(randomBytes(n));
  const clock = openSystemClock();
  const permits = buildPermitKeeper({ monotonic: clock.uptime, random });
  let bridge: Bridge | undefined;
  let notice: OpenedNotice | undefined;

  const agent: Agent = buildAgent({
    ...localParts(options, random, clock.wall),
    clock,
    permits,
    random,
    wait,
    isScreenLocked: options.isScreenLocked ?? isScreenLocked,
    sendToBrowser: (connection, message) => bridge?.send(connection, message),
    noticeUrl: () => notice?.url ?? "",
    onFault: (error) => void close().finally(() => options.onFault?.(error)),
  });
  const end = async (how: () => Promise<void>) => {
    await how();
    await closeEdges();
  };
  const control = await openControlChannel(stateFolder, (request) => obey(request));
  const closeEdges = async () => {
    await Promise.all([bridge?.close(), notice?.close(), control.close()]);
  };
  const close = () => end(() => agent.close());

  async function bring(input: Parameters<typeof agent.enrolment.bring>[0]): Promise<void> {
    try {
      await agent.enrolment.bring(input);
    } catch (error) {
      if (!(error instanceof OvertError)) throw error;
      throw new ConfigError("USAGE", refusalWords(error, translateFrom(loadCatalogues(), "en")), { cause: error });
    }
  }

  async function obey(request: ControlRequest): Promise<string> {
    switch (request.op) {
      case "status":
        return JSON.stringify({ ...agent.source.status(), noticeUrl: notice?.url });
      case "export":
        return agent.source.exportAll().json;
      case "bring":
        await bring({ pack: request.pack });
        return notice?.url ?? "";
      case "bring-code":
        await bring({ host: request.host, code: request.code });
        return notice?.url ?? "";
      case "not-me":
        agent.source.pauseForAnother();
        return String(agent.source.status().pausedUntil ?? "");
      case "go-on":
        agent.source.goOn();
        return "";
      case "stop":
      case "remove":
        await agent[request.op]();
        // The answer goes out first: the channel it goes through is closed last.
        setImmediate(() => void closeEdges().then(() => options.onEnded?.()));
        return "";
    }
  }

  try {
    bridge = await openBridge({
      path: bridgeAddress(stateFolder),
      onMessage: agent.browserSaid,
      onClose: agent.browserClosed,
    });
    notice = await options.openNotice({ source: agent.source, permits, stateFolder });
  } catch (error) {
    await closeEdges();
    throw error;
  }
  agent.start();
  return {
    noticeUrl: notice.url,
    source: agent.source,
    permits,
    ready: agent.ready,
    stop: () => end(() => agent.stop()),
    remove: () => end(() => agent.remove()),
    close,
  };
}

/** What lies on this machine: folders, keys, published files, the journal. */
function localParts(
  { stateFolder, registryPath, fetch = globalThis.fetch }: AgentOptions,
  random: (n: number) => Uint8Array,
  now: () => number,
) {
  const os = findOs();
  if (os === undefined) throw new ConfigError("BAD_CONFIG", "This system is not supported.");
  const build = readBuildInfo(import.meta.dirname);
  const keyStore = openFileKeyStore(join(stateFolder, "keys", "device.json"));
  return {
    documents: openFileDocuments(join(stateFolder, "documents")),
    keyStore,
    authority: openAuthority({
      folder: join(stateFolder, "published"),
      registryPath: registryPath ?? join(import.meta.dirname, "..", "authorities.json"),
      fetch,
      timeoutMs: httpTimeoutMs,
      clock: () => performance.now(),
    }),
    transportFor: (serverUrl: string) => openHttpTransport({ serverUrl, fetch, timeoutMs: httpTimeoutMs }),
    openJournal: (done: { ackHash: string; started: boolean }, keys: { stateKey: Uint8Array }) =>
      openJournal({
        folder: join(stateFolder, "journal"),
        chain: done.ackHash,
        fresh: !done.started,
        stateKey: keys.stateKey,
        random,
        now,
      }),
    openLists: openPublishedLists,
    openForms: (keys: { formKey: Uint8Array }) =>
      openFileForms({ folder: join(stateFolder, "forms"), key: keys.formKey, program: build.sha256 }),
    accountHash: findAccountHash,
    facts: { agentVersion: build.version, buildSha256: build.sha256, os, keyStorage: keyStore.protection },
    rhythmFor: (practice: boolean) => (practice ? practiceRhythm : ordinaryRhythm),
  };
}
