import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { ConfigError, OvertError } from "@overt/shared/errors.ts";
import { bridgeAddress } from "../../bridge/address.ts";
import { requireOwnedFolder } from "../../bridge/owned-folder.ts";
import { ControlAnswer, ControlRequest } from "./messages.ts";

const requestBytes = 1024 * 1024;
const answerBytes = 512 * 1024 * 1024;
const answerMs = 60_000;

export interface ControlChannel {
  close(): Promise<void>;
}

/** Where the agent of a state folder listens: an owner-only Unix socket, or a named pipe. */
export function controlAddress(stateFolder: string): string {
  return bridgeAddress(join(stateFolder, "control"));
}

/**
 * Takes one JSON line for each connection and answers with one. It is also the agent's claim to its folder. Throws
 * FILE_EXISTS where another agent runs on the folder.
 */
export async function openControlChannel(
  stateFolder: string,
  handle: (request: ControlRequest) => Promise<string>,
): Promise<ControlChannel> {
  const path = controlAddress(stateFolder);
  const pipe = path.startsWith("\\\\.\\pipe\\");
  if (!pipe) requireOwnedFolder(dirname(path));
  if (await answers(path)) throw new ConfigError("FILE_EXISTS", "The agent is running already.");
  if (!pipe) rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    serve(socket, handle);
  });
  await new Promise<void>((done, fail) => {
    server.once("error", (cause) =>
      fail(new ConfigError("BAD_CONFIG", "The local channel cannot be opened.", { cause })),
    );
    server.listen(path, done);
  });
  if (!pipe) chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.end();
      }),
  };
}

/** Asks the running agent; undefined where none runs. Throws ConfigError with the agent's own message where it refused. */
export async function askAgent(stateFolder: string, request: ControlRequest): Promise<string | undefined> {
  const socket = await open(controlAddress(stateFolder));
  if (socket === undefined) return undefined;
  socket.setTimeout(answerMs, () => socket.destroy());
  socket.write(`${JSON.stringify(request)}\n`);
  const answer = ControlAnswer.parse(JSON.parse(await readLine(socket, answerBytes)));
  socket.destroy();
  if (!answer.ok) throw new ConfigError("USAGE", answer.message);
  return answer.text;
}

async function serve(socket: Socket, handle: (request: ControlRequest) => Promise<string>): Promise<void> {
  let answer: ControlAnswer;
  try {
    const line = await readLine(socket, requestBytes);
    answer = { ok: true, text: await handle(ControlRequest.parse(JSON.parse(line))) };
  } catch (error) {
    const known = error instanceof OvertError;
    answer = {
      ok: false,
      code: known ? error.code : "USAGE",
      message: known ? error.message : "The agent did not understand the command.",
    };
  }
  if (!socket.destroyed) socket.end(`${JSON.stringify(answer)}\n`);
}

function readLine(socket: Socket, most: number): Promise<string> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    socket.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > most) socket.destroy();
      if (chunk.includes(10)) done(Buffer.concat(chunks).toString("utf8").split("\n")[0] ?? "");
    });
    socket.once("close", () => fail(new ConfigError("USAGE", "The agent ended before it answered.")));
  });
}

async function answers(path: string): Promise<boolean> {
  const socket = await open(path);
  socket?.destroy();
  return socket !== undefined;
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once("connect", () => done(socket));
    socket.once("error", () => done(undefined));
  });
}
