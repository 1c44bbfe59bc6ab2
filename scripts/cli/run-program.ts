import { OvertError } from "@overt/shared/errors.ts";
import { type Command, CommanderError } from "commander";

/**
 * Runs a command line and sets the exit code: 0 done, 1 looked at and found wanting (or a fault of the program),
 * 2 refused, with what happened and what to do on stderr.
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  prepare(program);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = describe(program.name(), error);
  }
}

/** Settings that commander does not hand down to commands added from outside. */
function prepare(command: Command): void {
  command.exitOverride().showHelpAfterError(`(“${nameOf(command)} --help” says how)`);
  for (const each of command.commands) prepare(each);
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function describe(name: string, error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof OvertError || isFileError(error)) {
    process.stderr.write(`${name}: ${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${name}: a fault of the program; please report it with the lines below.\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

/** What the system says of a file or folder that the user named, such as a missing right. */
function isFileError(error: unknown): error is Error {
  const code = (error as { code?: unknown }).code;
  return error instanceof Error && typeof code === "string" && /^E[A-Z]+$/.test(code) && "syscall" in error;
}
