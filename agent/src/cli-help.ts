import { defaultStateFolder } from "./platform/state-folder.ts";

/** One command as its help tells it. */
interface Help {
  /** What comes behind `overt-agent`. */
  readonly usage: string;
  readonly does: string;
  /** What it takes, what it writes, and what to do next; a line each. */
  readonly more: readonly string[];
}

/** Every command, in the order in which people meet them. */
export const commandHelp: Readonly<Record<string, Help>> = {
  run: {
    usage: "run [--port NUMBER]",
    does: "start it; prints the address of the notice",
    more: [
      "Runs until it is stopped, removed, or ended with Ctrl-C or at log-out.",
      "--port NUMBER    port of the notice on this computer (any free one)",
    ],
  },
  enrol: {
    usage: "enrol --pack FILE | --host HOST --code CODE",
    does: "bring the officer's file, or type server and code",
    more: [
      "The agent must run. Nothing is looked at until the notice was read and answered, and the officer has countersigned.",
      "--pack FILE      the file that your officer gave you",
      "--host HOST      or the server's address, as on your officer's paper",
      "--code CODE      and the 26 letters and digits; case, spaces and dashes do not matter",
    ],
  },
  status: {
    usage: "status [--json]",
    does: "is it on, and if not, why",
    more: ["--json           the same for programs"],
  },
  export: {
    usage: "export [--readable] [--out FILE]",
    does: "your copy: all that was sent, opened, with receipts",
    more: [
      "Works at any time. Where the agent does not run, it is started for it, notice and all.",
      "Without --readable the file is JSON text. It holds what a third person needs to check it; the steps stand in it under “howToCheck”.",
      "It holds what the sealed notes say. Give it only to people who may read that.",
      "--readable       one web page to read and print instead, in the words of the notice; it proves nothing by itself",
      "--out FILE       a new file that only you can read; without it the copy is printed",
    ],
  },
  check: {
    usage: "check FILE",
    does: "check such a copy: every signature, hash and commitment in it",
    more: [
      "For anybody who was given a copy: a solicitor, the court, an expert. Needs no agent, no server and no network.",
      "At the end it prints the fingerprint of the agency's root. Compare it with the one that the agency made public.",
    ],
  },
  "not-me": {
    usage: "not-me",
    does: "pause it, because somebody else uses this account now",
    more: [
      "Ends when this device is locked or logged out, with `overt-agent go-on`, or after four hours.",
      "That it was paused, and when, is recorded; nothing else is.",
    ],
  },
  "go-on": { usage: "go-on", does: "end that pause: the person it is about is back", more: [] },
  stop: {
    usage: "stop",
    does: "stop it until it is started again; this is recorded",
    more: ["Start it again with `overt-agent run`."],
  },
  remove: {
    usage: "remove",
    does: "take it off for good; this is recorded, and the proof stays with you",
    more: [
      "Always works, with or without the server. Removing it may break a term of your order: talk to your officer or a solicitor first.",
      "What the browser was told is undone too. The device's keys are deleted; your records and the proof of the end are not.",
    ],
  },
  "install-browser": {
    usage: "install-browser [--profile FOLDER] [--browser NAME] [--update-url URL]",
    does: "tell a browser of the program",
    more: [
      "Prints every file that it wrote. `overt-agent uninstall-browser` takes away exactly these.",
      "--profile FOLDER   one profile folder only; without it all accounts of this computer, as its administrator",
      "--browser NAME     chromium (without it), chrome or edge",
      "--update-url URL   have the browser install the extension by policy from there",
    ],
  },
  "uninstall-browser": {
    usage: "uninstall-browser",
    does: "undo install-browser",
    more: ["What somebody has changed since is left, and named."],
  },
};

const general = `  --state FOLDER      where it keeps its state (${defaultStateFolder()})
  --help              of one command: overt-agent COMMAND --help
`;

/** The list of commands. */
export function overallHelp(): string {
  const longest = Math.max(...Object.keys(commandHelp).map((name) => name.length));
  const lines = Object.entries(commandHelp).map(([name, { does }]) => `  ${name.padEnd(longest)}  ${does}`);
  return `overt-agent: disclosed monitoring under a court order, on the device of the person it is about.

${lines.join("\n")}

${general}`;
}

/** What one command does; undefined where there is none of this name. */
export function helpOf(name: string): string | undefined {
  const help = Object.hasOwn(commandHelp, name) ? commandHelp[name] : undefined;
  if (help === undefined) return undefined;
  const more = help.more.length === 0 ? "" : `\n${help.more.map((line) => `  ${line}`).join("\n")}\n`;
  return `overt-agent ${help.usage}\n\n  ${help.does}\n${more}\n${general.split("\n", 1)[0]}\n`;
}
