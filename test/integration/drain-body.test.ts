import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { addBodyDrain } from "@overt/server/http/drain-body.ts";
import { addProblems } from "@overt/server/http/problems.ts";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, test } from "vitest";

const limit = 1_000;
const drained = 1_000_000;
let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function listen(milliseconds: number): Promise<number> {
  app = Fastify({ bodyLimit: limit, forceCloseConnections: true });
  addBodyDrain(app, { bytes: drained, milliseconds });
  addProblems(app);
  app.post("/", async () => "taken");
  return Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
}

/** A connection, and what the server has said over it. */
async function open(port: number) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  let said = "";
  const errors: Error[] = [];
  socket.on("data", (part: Buffer) => {
    said += part.toString("utf8");
  });
  socket.on("error", (error) => errors.push(error));
  const answers = () => [...said.matchAll(/HTTP\/1\.1 ([0-9]{3})/g)].map(([, status]) => status);
  const answered = async (count: number) => {
    while (answers().length < count) await once(socket, "data");
  };
  const closed = new Promise<void>((done) => void socket.once("close", () => done()));
  return { socket, errors, answers, answered, closed };
}

const head = (length: string) => `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n${length}\r\n\r\n`;
const small = `${head("content-length: 2")}ok`;
/** Resolves when the system took the bytes, which on a connection that was cut it does not. */
const write = (socket: Socket, bytes: string) =>
  new Promise<boolean>((done) => void socket.write(bytes, (error) => done(error == null)));

const whole = "x".repeat(500_000);
const shapes: Readonly<Record<string, readonly string[]>> = {
  "of a length that it says": [head(`content-length: ${whole.length}`), whole],
  "in chunks": [head("transfer-encoding: chunked"), `${whole.length.toString(16)}\r\n${whole}\r\n0\r\n\r\n`],
};
for (const [name, [start = "", rest = ""]] of Object.entries(shapes)) {
  test(`a body ${name}, sent to its end although it is refused, costs neither the answer nor the connection`, async () => {
    const port = await listen(60_000);
    const { socket, errors, answers, answered } = await open(port);
    await write(socket, start + rest.slice(0, limit * 2));
    await answered(1);
    // The answer is out; whoever hangs up now resets what follows.
    for (let at = limit * 2; at < rest.length; at += 50_000) {
      expect(await write(socket, rest.slice(at, at + 50_000))).toBe(true);
    }
    await write(socket, small);
    await answered(2);
    expect(answers()).toEqual(["413", "200"]);
    expect(errors).toEqual([]);
    socket.destroy();
  });
}

test("a body without an end is cut off past the bound", async () => {
  const port = await listen(60_000);
  const { socket, answers, answered, closed } = await open(port);
  const chunk = `${whole.length.toString(16)}\r\n${whole}\r\n`;
  let sent = 0;
  await write(socket, head("transfer-encoding: chunked") + chunk);
  await answered(1);
  while (await write(socket, chunk)) {
    sent += whole.length;
    if (sent > drained * 100) throw new Error("the server reads on for ever");
  }
  await closed;
  expect(answers()).toEqual(["413"]);
});

test("a body that stops coming in is cut off after the time", async () => {
  const port = await listen(50);
  const { socket, answers, closed } = await open(port);
  socket.write(head(`content-length: ${limit + 1}`));
  await closed;
  expect(answers()).toEqual(["413"]);
});
