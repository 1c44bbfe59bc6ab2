import { createInterface } from "node:readline/promises";
import { ConfigError } from "@overt/shared/errors.ts";

export type ConfirmOptions = { readonly yes?: true };

/**
 * Whoever signs has read what is signed: asks on the terminal, and wants the word “yes”. Throws USAGE where it was not
 * given, or where nobody is there and the command line did not say so either.
 */
export async function requireYes(options: ConfirmOptions, question: string): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigError(
      "USAGE",
      "There is no terminal to ask on. Read the above, and run the command again with --yes.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes: `);
    if (answer.trim().toLowerCase() !== "yes") throw new ConfigError("USAGE", "Nothing was signed.");
  } finally {
    terminal.close();
  }
}
