import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { ConfigError, type VerificationCode, VerificationError } from "@overt/shared/errors.ts";
import { buildFrameReader, encodeFrame } from "./frame.ts";
import { bridgeLimits } from "./limits.ts";
import { type AgentMessage, type ExtensionMessage, parseExtensionMessage } from "./messages.ts";
import { requireOwnedFolder } from "./owned-folder.ts";

/** One browser profile that is connected, named by a number that is never used twice. */
export type ConnectionId = number;

/** Why a connection was closed from this side; never what it said. */
export type RefusedReason = VerificationCode | "NO_HELLO" | "TOO_MANY";

export interface BridgeOptions {
  /** From `bridgeAddress`. */
  readonly path: string;
  /** Called with checked messages only; the first of each connection is a `hello`. */
  readonly onMessage: (connection: ConnectionId, message: ExtensionMessage) => void;
  readonly onClose: (connection: ConnectionId) => void;
  readonly onRefused?: (connection: ConnectionId, reason: RefusedReason) => void;
}

export interface Bridge {
  readonly connections: readonly ConnectionId[];
  /** Nothing happens where the connection has gone meanwhile. */
  send(connection: ConnectionId, message: AgentMessage): void;
  broadcast(message: AgentMessage): void;
  close(): Promise<void>;
}

/**
 * The agent's end of the browser channel. Node offers no peer credentials of a Unix socket (SO_PEERCRED), so the
 * owner-only folder and socket are what keeps other accounts out; programs of the same account can speak here, which
 * the gate and `SECURITY.md` reckon with. On Windows the pipe has the default access list: the account, SYSTEM and administrators
 * may write.
 *
 * Throws FILE_EXISTS where another agent answers on the address, BAD_CONFIG where the folder is open to others.
 */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const pipe = options.path.startsWith("\\\\.\\pipe\\");
  if (!pipe) {
    requireOwnedFolder(dirname(options.path));
    if (await answers(options.path)) {
      throw new ConfigError("FILE_EXISTS", "Another agent of this account is running.");
    }
    rmSync(options.path, { force: true });
  }
  const sockets = new Map<ConnectionId, Socket>();
  let next: ConnectionId = 1;
  const server = createServer((socket) => {
    const id = next++;
    serve(id, socket, sockets, options);
  });
  await listen(server, options.path);
  if (!pipe) chmodSync(options.path, 0o600);

  function send(connection: ConnectionId, message: AgentMessage): void {
    sockets.get(connection)?.write(encodeFrame(message, bridgeLimits.toExtensionBytes));
  }
  return {
    get connections() {
      return [...sockets.keys()];
    },
    send,
    broadcast(message) {
      for (const id of sockets.keys()) send(id, message);
    },
    close() {
      for (const socket of sockets.values()) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function serve(id: ConnectionId, socket: Socket, sockets: Map<ConnectionId, Socket>, options: BridgeOptions): void {
  const reader = buildFrameReader(bridgeLimits.fromExtensionBytes);
  let greeted = false;
  const refuse = (reason: RefusedReason) => {
    options.onRefused?.(id, reason);
    socket.destroy();
  };
  socket.on("error", () => socket.destroy());
  if (sockets.size >= bridgeLimits.connections) {
    refuse("TOO_MANY");
    return;
  }
  sockets.set(id, socket);
  socket.on("close", () => {
    sockets.delete(id);
    options.onClose(id);
  });
  socket.on("data", (chunk) => {
    if (socket.destroyed) return;
    try {
      for (const body of reader.push(chunk)) {
        const message = parseExtensionMessage(body);
        greeted ||= message.type === "hello";
        if (!greeted) {
          refuse("NO_HELLO");
          return;
        }
        options.onMessage(id, message);
      }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      refuse(error.code);
    }
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      settle(true);
    });
    probe.once("error", () => settle(false));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (cause) =>
      fail(new ConfigError("BAD_CONFIG", "The local channel cannot be opened.", { cause })),
    );
    server.listen(path, () => {
      server.removeAllListeners("error");
      done();
    });
  });
}
