import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { installBrowser, uninstallBrowser } from "./cli-browser.ts";
import { helpOf, overallHelp } from "./cli-help.ts";
import { type CheckedCopy, checkCopy } from "./core/check-copy.ts";
import { startAgent } from "./main.ts";
import { loadCatalogues, translateFrom } from "./notice/catalogue.ts";
import { loopbackNotice } from "./notice/loopback.ts";
import { readableCopy } from "./notice/readable-copy.ts";
import { statusText } from "./notice/status-text.ts";
import { askAgent } from "./platform/control/channel.ts";
import { defaultStateFolder } from "./platform/state-folder.ts";
import { verifyPublished } from "./platform/tuf/verify-published.ts";

const dist = resolve(import.meta.dirname, "..", "..", "dist");

interface Options {
  readonly state: string;
  /** What stands behind the command. */
  readonly file: string | undefined;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

const commands: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  run,
  enrol,
  async status({ state, values }) {
    const json = await ask(state, { op: "status" });
    return values["json"] === true ? json : statusText(JSON.parse(json), translateFrom(loadCatalogues(), "en"));
  },
  async export({ state, values }) {
    const json = await askOrStart(state, { op: "export" });
    const readable = values["readable"] === true;
    const copy = readable ? readableCopy(JSON.parse(json), translateFrom(loadCatalogues(), "en")) : json;
    const out = text(values["out"]);
    if (out === undefined) return copy;
    writeFileSync(out, copy, { mode: 0o600, flag: "wx" });
    return `Your copy is in ${resolve(out)}. It holds what the sealed notes say: give it only to people who may read that.`;
  },
  async check({ file }) {
    if (file === undefined) throw new ConfigError("USAGE", "Name the file: overt-agent check FILE");
    return checkedText(await checkCopy(readFileSync(file, "utf8"), verifyPublished));
  },
  async "not-me"({ state }) {
    const seconds = Number(await ask(state, { op: "not-me" }));
    if (seconds === 0) return "Monitoring is not on, so there is nothing to pause.";
    const until = new Date(seconds * 1_000);
    return `Monitoring is paused. It goes on when this device is locked or logged out, and at ${until.toLocaleTimeString("en-GB")} at the latest.\nThat it was paused, and when, is recorded; nothing else is.`;
  },
  async "go-on"({ state }) {
    await ask(state, { op: "go-on" });
    return "Monitoring goes on.";
  },
  async stop({ state }) {
    await ask(state, { op: "stop" });
    return "The program has stopped. That it was stopped, and when, is recorded. Start it again with: overt-agent run";
  },
  async remove({ state }) {
    await askOrStart(state, { op: "remove" });
    const { changed } = uninstallBrowser(state);
    const left = changed.length === 0 ? "" : `\nChanged since they were written, and left: ${changed.join(", ")}`;
    const proof = join(state, "documents", "proof-of-end.json");
    // A device that never was enrolled has nothing to prove.
    const where = existsSync(proof) ? ` The proof of its end, with all that was sent, is ${proof}.` : "";
    return `Monitoring was taken off this device.${where}${left}`;
  },
  async "install-browser"({ state, values }) {
    const files = installBrowser({
      stateFolder: state,
      profile: text(values["profile"]),
      browser: text(values["browser"]) ?? "chromium",
      hostFile: text(values["host-file"]) ?? join(dist, "native-host.mjs"),
      updateUrl: text(values["update-url"]),
    });
    return `Written:\n${files.map((file) => `  ${file}`).join("\n")}`;
  },
  async "uninstall-browser"({ state }) {
    const { removed, changed } = uninstallBrowser(state);
    const lines = [
      ...removed.map((file) => `Removed ${file}`),
      ...changed.map((file) => `Changed since, and left: ${file}`),
    ];
    return lines.length === 0
      ? "No browser was told of the program from here, so nothing was removed."
      : lines.join("\n");
  },
};

function checkedText(found: CheckedCopy): string {
  const { records, receipts, opened, views, decisions, lost } = found;
  return [
    `In order: every signature, hash and commitment in this copy holds.${found.practice ? " PRACTICE: a made-up case." : ""}`,
    `Case ${found.caseRef}, agency ${found.agency}, device ${found.deviceId}.`,
    `${records} records in an unbroken chain, ${receipts} with a receipt, ${lost} that the device says it lost.`,
    `${opened} sealed notes opened, ${views} views and ${decisions} decisions.`,
    "The agency's root has this fingerprint. Compare it with the one that the agency made public:",
    found.rootSha256,
  ].join("\n");
}

/** Runs until it is stopped, removed or told to end by the system. */
async function run({ state, values }: Options): Promise<string> {
  const port = Number(text(values["port"]) ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError("USAGE", "--port is a number up to 65535.");
  return new Promise((done, fail) => {
    const starting = startAgent({
      stateFolder: state,
      openNotice: loopbackNotice(join(dist, "notice"), port),
      onEnded: () => done("Monitoring has ended."),
      onFault: fail,
    });
    starting.then((running) => {
      process.stdout.write(`The notice is at ${running.noticeUrl}\n`);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => void running.close().then(() => done("The agent has ended.")));
      }
    }, fail);
  });
}

async function enrol({ state, values }: Options): Promise<string> {
  const [pack, host, code] = [text(values["pack"]), text(values["host"]), text(values["code"])];
  if ((pack === undefined) === (host === undefined || code === undefined)) {
    throw new ConfigError("USAGE", "Give --pack FILE, or --host HOST and --code CODE.");
  }
  const url =
    pack === undefined
      ? await ask(state, { op: "bring-code", host: host ?? "", code: code ?? "" })
      : await ask(state, { op: "bring", pack: readFileSync(pack, "utf8") });
  return `Read the notice and answer it here: ${url}`;
}

async function ask(state: string, request: Parameters<typeof askAgent>[1]): Promise<string> {
  const answer = await askAgent(state, request);
  if (answer === undefined)
    throw new ConfigError("USAGE", "The agent is not running, so nothing is looked at. Start it with: overt-agent run");
  return answer;
}

/** What must work at any time: where no agent runs, one is started for it, notice and all. */
async function askOrStart(state: string, request: Parameters<typeof askAgent>[1]): Promise<string> {
  const answer = await askAgent(state, request);
  if (answer !== undefined) return answer;
  const running = await startAgent({ stateFolder: state, openNotice: loopbackNotice(join(dist, "notice")) });
  try {
    await running.ready();
    return await ask(state, request);
  } finally {
    await running.close();
  }
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const option = { type: "string" } as const;

async function main(args: readonly string[]): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        state: option,
        port: option,
        pack: option,
        host: option,
        code: option,
        out: option,
        profile: option,
        browser: option,
        "update-url": option,
        "host-file": option,
        json: { type: "boolean" },
        readable: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    const [name = ""] = positionals;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (values.help === true || name === "help") {
      process.stdout.write(helpOf(positionals.at(-1) ?? "") ?? overallHelp());
      return 0;
    }
    if (command === undefined || positionals.length > (name === "check" ? 2 : 1)) {
      const what = name === "" ? "Name a command." : `There is no command “${positionals.join(" ")}”.`;
      process.stderr.write(`overt-agent: ${what}\n\n${overallHelp()}`);
      return 2;
    }
    const printed = await command({
      state: resolve(values.state ?? defaultStateFolder()),
      file: positionals[1],
      values,
    });
    process.stdout.write(`${printed.trimEnd()}\n`);
    return 0;
  } catch (error) {
    const plain = plainMessage(error);
    process.stderr.write(`overt-agent: ${plain ?? "it could not do this. A fault of the program."}\n`);
    if (plain === undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return plain === undefined ? 1 : 2;
  }
}

/** What went wrong where it is the user's to mend; undefined for a fault of the program. */
function plainMessage(error: unknown): string | undefined {
  if (error instanceof OvertError) return error.message;
  const { code, path, message } = error as { code?: unknown; path?: unknown; message: string };
  if (code === "ENOENT") return `There is no file ${path}. Check the name.`;
  if (code === "EEXIST") return `${path} exists already, and is not written over. Name another file.`;
  if (code === "EACCES" || code === "EPERM") return `${path} may not be read or written by this account.`;
  if (code === "EISDIR") return `${path} is a folder. Name a file in it.`;
  if (typeof code !== "string" || !code.startsWith("ERR_PARSE_ARGS")) return undefined;
  return `${message.split(". ", 1)[0]}. See: overt-agent --help`;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
