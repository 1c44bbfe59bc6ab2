import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { buildServer, type Part } from "./app.ts";
import { readConfig } from "./config.ts";

const help = `node server/src/main.ts ingest|console|all
  ingest    the device API, /tuf and /log
  console   the reviewers' pages
  all       both in one process
The settings are environment variables; a start without them lists each one.`;

async function main(): Promise<void> {
  const part = process.argv[2];
  if (part === "--help" || part === "-h") return console.log(help);
  if (!isPart(part)) throw new ConfigError("USAGE", `Say which part to run.\n${help}`);
  const config = readConfig(process.env);
  const server = await buildServer(config, part);
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
      const origin = config.OVERT_CONSOLE_ORIGIN ?? `http://${host}:${config.OVERT_CONSOLE_PORT}`;
      console.log(`sign in once at ${origin}/sign-in/${await server.signInToken(config.OVERT_SIGN_IN)}`);
    }
  }
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      server.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
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
