import { readSync } from "node:fs";
import { ConfigError } from "@overt/shared/errors.ts";
import { type Command, Option } from "commander";

export type PassphraseOptions = { readonly passphraseStdin?: true };

/** For commands that open a key: asked for on the terminal where the key has a passphrase, or read from standard input. */
export function passphraseOption(): Option {
  return new Option("--passphrase-stdin", "read the key's passphrase from the first line of standard input");
}

export function addPassphraseOption(command: Command): Command {
  return command.addOption(passphraseOption());
}

/** The passphrase of a key that has one. Throws USAGE where nobody is there to be asked. */
export async function readPassphrase(options: PassphraseOptions, what: string): Promise<string> {
  if (options.passphraseStdin) return readFirstLine();
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigError(
      "USAGE",
      `${what} is protected by a passphrase: add --passphrase-stdin and give it on standard input.`,
    );
  }
  return askHidden(`Passphrase of ${what}: `);
}

/** A new passphrase, typed twice where it is typed. Throws USAGE where the two differ or nobody is there to be asked. */
export async function readNewPassphrase(options: PassphraseOptions, what: string): Promise<string> {
  const first = await readPassphrase(options, what);
  if (options.passphraseStdin) return first;
  if ((await askHidden("The same again: ")) === first) return first;
  throw new ConfigError("USAGE", "The two passphrases differ. Nothing was written; run the command again.");
}

const longestLine = 1_024;

function readFirstLine(): string {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  while (bytes.length < longestLine && readByte(one) && one[0] !== 0x0a) bytes.push(one[0] ?? 0);
  const line = Buffer.from(bytes).toString("utf8").replace(/\r$/, "");
  if (line === "")
    throw new ConfigError("USAGE", "--passphrase-stdin was given, and standard input has no first line.");
  return line;
}

function readByte(into: Uint8Array): boolean {
  for (;;) {
    try {
      return readSync(0, into, 0, 1, null) === 1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return false;
      // An empty pipe that is not closed yet.
      if (code !== "EAGAIN") throw error;
    }
  }
}

/** One line of the terminal that is not shown; Ctrl-C ends the program. */
function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve) => {
    let typed = "";
    const finish = (code?: number) => {
      stdin.off("data", hear);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      if (code !== undefined) process.exit(code);
      resolve(typed);
    };
    const hear = (chunk: Buffer) => {
      for (const sign of chunk.toString("utf8")) {
        if (sign === "\r" || sign === "\n" || sign === "\u0004") return finish();
        if (sign === "\u0003") return finish(130);
        typed = sign === "\u007f" || sign === "\b" ? [...typed].slice(0, -1).join("") : typed + sign;
      }
    };
    stdin.on("data", hear);
  });
}
