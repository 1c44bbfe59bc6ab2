import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between a device and its server and keeps every byte of both directions. */
export interface WireTap {
  readonly url: string;
  bytes(): Buffer;
  close(): Promise<void>;
}

/** Listens on a port of its own and passes everything on to `url`. */
export async function openWireTap(url: string): Promise<WireTap> {
  const { hostname, port } = new URL(url);
  const heard: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on("data", (chunk: Buffer) => heard.push(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => Buffer.concat(heard),
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
