import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { ConfigError } from "@overt/shared/errors.ts";
import { z } from "zod";
import { prettyJson, writeFileWhole } from "../keys/files.ts";

const port = z.number().int().min(1_024).max(65_535);
const Ports = z.strictObject({ ingest: port, console: port, site: port });
export type Ports = z.infer<typeof Ports>;

/**
 * The ports of this practice folder: free ones at the first start, the same ever after where they are still free. The
 * enrolment names the port of ingest, so that one must be: throws BAD_CONFIG where another program has it.
 */
export async function openPorts(file: string, say: (line: string) => void): Promise<Ports> {
  const before = existsSync(file) ? Ports.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  if (before !== undefined && !(await isFree(before.ingest))) {
    throw new ConfigError(
      "BAD_CONFIG",
      `Another program has port ${before.ingest}, which this practice run is enrolled with. ` +
        "End that program, or start over on other ports: npm start -- --fresh",
    );
  }
  const keep = async (name: "console" | "site") => {
    if (before === undefined) return findFreePort();
    if (await isFree(before[name])) return before[name];
    const other = await findFreePort();
    say(`another program has port ${before[name]}; using ${other} instead`);
    return other;
  };
  const ports = {
    ingest: before?.ingest ?? (await findFreePort()),
    console: await keep("console"),
    site: await keep("site"),
  };
  writeFileWhole(file, prettyJson(Ports.parse(ports)));
  return ports;
}

/** Port 0 asks for any. Resolves with the port, or undefined where it is taken. */
function tryPort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(wanted, "127.0.0.1", () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}

const isFree = async (wanted: number) => (await tryPort(wanted)) !== undefined;

async function findFreePort(): Promise<number> {
  const found = await tryPort(0);
  if (found === undefined) throw new ConfigError("BAD_CONFIG", "This machine has no free port on loopback.");
  return found;
}
