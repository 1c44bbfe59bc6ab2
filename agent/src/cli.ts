import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { installBrowser, uninstallBrowser } from "./cli-browser.ts";
import { startAgent } from "./main.ts";
import { loopbackNotice } from "./notice/loopback.ts";
import { askAgent } from "./platform/control/channel.ts";
import { defaultStateFolder } from "./platform/state-folder.ts";

const help = `overt-agent: disclosed monitoring under a court order, on the device of the person it is about.

  overt-agent run                             start it; prints the address of the notice
  overt-agent enrol --pack FILE               bring the file that your officer gave you
  overt-agent enrol --host HOST --code CODE   or type the server and the 26 characters
  overt-agent status                          is it on, and if not, why
  overt-agent export [--out FILE]             all that was sent, opened, with receipts
  overt-agent not-me                          pause it, because somebody else uses this account now; this is recorded
  overt-agent go-on                           end that pause: the person it is about is back
  overt-agent stop                            stop it until it is started again; this is recorded
  overt-agent remove                          take it off for good; this is recorded, and the proof stays with you
  overt-agent install-browser [--profile FOLDER] [--browser NAME] [--update-url URL]
  overt-agent uninstall-browser

  --state FOLDER      where it keeps its state (${defaultStateFolder()})
  --port NUMBER       port of the notice on this computer (any free one)
`;

const dist = resolve(import.meta.dirname, "..", "..", "dist");

interface Options {
  readonly state: string;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

const commands: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  run,
  enrol,
  status: async ({ state }) => statusText(await ask(state, { op: "status" })),
  async export({ state, values }) {
    const json = await askOrStart(state, { op: "export" });
    const out = text(values["out"]);
    if (out === undefined) return json;
    writeFileSync(out, json, { mode: 0o600, flag: "wx" });
    return `Written to ${out}.`;
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
    return "Monitoring has stopped. That it was stopped, and when, is recorded.";
  },
  async remove({ state }) {
    await askOrStart(state, { op: "remove" });
    const { changed } = uninstallBrowser(state);
    const left = changed.length === 0 ? "" : `\nChanged since they were written, and left: ${changed.join(", ")}`;
    return `Monitoring was taken off this device. The proof of its end lies in ${join(state, "documents")}.${left}`;
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
    return [...removed.map((file) => `Removed ${file}`), ...changed.map((file) => `Changed since, left: ${file}`)].join(
      "\n",
    );
  },
};

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
  if (answer === undefined) throw new ConfigError("USAGE", "The agent is not running. Start it with: overt-agent run");
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

function statusText(json: string): string {
  const status = JSON.parse(json) as Record<string, unknown>;
  return Object.entries(status)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
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
        help: { type: "boolean", short: "h" },
      },
    });
    const [name = ""] = positionals;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (values.help === true || command === undefined || positionals.length > 1) {
      process.stdout.write(help);
      return values.help === true ? 0 : 2;
    }
    const printed = await command({ state: resolve(values.state ?? defaultStateFolder()), values });
    process.stdout.write(`${printed.trimEnd()}\n`);
    return 0;
  } catch (error) {
    const known = error instanceof OvertError || isUsage(error);
    process.stderr.write(
      `overt-agent: ${known ? (error as Error).message : "it could not do this. A fault of the program."}\n`,
    );
    if (!known) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return known ? 2 : 1;
  }
}

function isUsage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && (code.startsWith("ERR_PARSE_ARGS") || code === "ENOENT" || code === "EEXIST");
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
