import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { z } from "zod";
import { prettyJson, writeFileWhole } from "../keys/files.ts";

const port = z.number().int().min(1_024).max(65_535);
const Ports = z.strictObject({ ingest: port, console: port, site: port });
export type Ports = z.infer<typeof Ports>;

/** The ports of this practice folder: free ones at the first start, the same ever after, because the enrolment names them. */
export async function openPorts(file: string): Promise<Ports> {
  if (existsSync(file)) return Ports.parse(JSON.parse(readFileSync(file, "utf8")));
  const [ingest, console, site] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const ports = Ports.parse({ ingest, console, site });
  writeFileWhole(file, prettyJson(ports));
  return ports;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
