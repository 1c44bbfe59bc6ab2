import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { buildServer, type Part, type RunningServer } from "./app.ts";
import { adoptCheckpoint, makeBackup, restoreBackup } from "./backup.ts";
import { readConfig, type ServerConfig } from "./config.ts";
import { makeSignInLink } from "./sign-in-link.ts";

const help = `node server/src/main.ts ingest|console|all
  ingest                the device API, /tuf and /log
  console               the reviewers' pages
  all                   both in one process
node server/src/main.ts sign-in <reviewer>
                        print a link that signs this reviewer in once, within a day; the console may be running
node server/src/main.ts backup <folder>
                        copy both databases and the checkpoint into a new folder; the server may be running
node server/src/main.ts restore <folder>
                        put a backup in place, held against the published checkpoint; ingest and console must be stopped
node server/src/main.ts checkpoint <file>
                        take a checkpoint that a reader of the log kept as the server's own copy; see docs/backup.md
The settings are environment variables; a start without them lists each one.`;

async function main(): Promise<void> {
  const [part, subject] = process.argv.slice(2);
  if (part === "--help" || part === "-h") return console.log(help);
  if (part === "sign-in" && subject !== undefined) {
    return console.log(`sign in once at ${await makeSignInLink(readConfig(process.env), subject)}`);
  }
  if (subject !== undefined && isBackupCommand(part)) return console.log(await runBackup(part, subject));
  if (!isPart(part)) throw new ConfigError("USAGE", `Say which part to run.\n${help}`);
  const config = readConfig(process.env);
  const server = await buildServer(config, part);
  stopOnSignals(server);
  const host = config.OVERT_HOST;
  if (server.ingest !== undefined) {
    console.log(`ingest listens on ${await server.ingest.listen({ host, port: config.OVERT_INGEST_PORT })}`);
  }
  if (server.private !== undefined && config.OVERT_PRIVATE_PORT !== undefined) {
    const address = await server.private.listen({ host: "127.0.0.1", port: config.OVERT_PRIVATE_PORT });
    console.log(`metrics listen on ${address}`);
  }
  if (server.console !== undefined) {
    console.log(`console listens on ${await server.console.listen({ host, port: config.OVERT_CONSOLE_PORT })}`);
    if (config.OVERT_SIGN_IN !== undefined) {
      console.log(`sign in once at ${await makeSignInLink(config, config.OVERT_SIGN_IN)}`);
    }
  }
}

/** Before anything listens: whoever starts us may stop us as soon as we say that we do. */
function stopOnSignals(server: RunningServer): void {
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error("overt: not everything ended in order; what was answered is kept.", error);
          process.exit(1);
        },
      );
    });
  }
}

const backupCommands = {
  async backup(config, folder) {
    const { leaves, published } = await makeBackup(config, folder);
    return `Copied to ${folder}: ${leaves} entries of the log, ${published ?? 0} of them under its checkpoint.`;
  },
  async restore(config, folder) {
    const { leaves, published } = await restoreBackup(config, folder, Math.floor(Date.now() / 1_000));
    return `Restored ${leaves} entries of the log; the published checkpoint of ${published ?? 0} holds. Start the server now.`;
  },
  async checkpoint(config, file) {
    const { leaves, published } = await adoptCheckpoint(config, file);
    return `Taken: the checkpoint of ${published ?? 0} entries holds for this log of ${leaves}. Start the server now.`;
  },
} satisfies Record<string, (config: ServerConfig, subject: string) => Promise<string>>;

function isBackupCommand(word: string | undefined): word is keyof typeof backupCommands {
  return word !== undefined && Object.hasOwn(backupCommands, word);
}

function runBackup(command: keyof typeof backupCommands, subject: string): Promise<string> {
  return backupCommands[command](readConfig(process.env), subject);
}

function isPart(word: string | undefined): word is Part {
  return word === "ingest" || word === "console" || word === "all";
}

try {
  await main();
} catch (error) {
  console.error(error instanceof OvertError ? `overt: ${error.message}` : error);
  process.exit(1);
}
