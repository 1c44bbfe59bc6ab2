import type { Socket } from "node:net";
import { type ErrorCode, OvertError, TransportError } from "@overt/shared/errors.ts";
import type { ConnectionError, FastifyInstance, FastifyReply } from "fastify";
import { overloaded } from "../domain/sequencer.ts";
import { statuses } from "./statuses.ts";

/** Answers every error as an RFC 9457 problem. What is not ours is a fault of the server: logged, and told as such without detail. */
export function addProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const known = findKnown(error);
    if (known === undefined) {
      request.log.error({ err: error }, "a request failed");
      return sendProblem(reply, "STORE_FAILED", "The server could not do this. Nothing was taken; try again later.");
    }
    if (known instanceof TransportError && known.retryAfterSeconds !== undefined) {
      reply.header("retry-after", known.retryAfterSeconds);
    }
    return sendProblem(reply, known.code, known.message);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, "NOT_FOUND", "There is nothing here."));
}

/** The answer to what is not even a request: it goes to the socket, since there is no route to ask. */
export function answerBrokenHttp(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return void socket.destroy();
  const { status, reason, code, detail } = brokenHttp[error.code] ?? malformed;
  const body = formatProblem(status, code, detail);
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

const malformed = {
  status: 400,
  reason: "Bad Request",
  code: "BAD_FORM",
  detail: "This is not an HTTP request.",
} as const;
const brokenHttp: Readonly<Record<string, { status: number; reason: string; code: ErrorCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: "Request Header Fields Too Large",
    code: "TOO_LARGE",
    detail: "The headers are larger than allowed.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: "Request Timeout",
    code: "BAD_FORM",
    detail: "The request did not come in in time.",
  },
};

export function sendProblem(reply: FastifyReply, code: ErrorCode, detail: string): FastifyReply {
  const status = statuses[code];
  return reply
    .code(status)
    .type("application/problem+json")
    .send(formatProblem(status, code, detail));
}

function formatProblem(status: number, code: ErrorCode, detail: string): string {
  const type = `urn:overt:problem:${code.toLowerCase()}`;
  return JSON.stringify({ type, title: titleOf(status), status, detail, code });
}

function findKnown(error: unknown): { code: ErrorCode; message: string } | undefined {
  if (error instanceof OvertError) return error;
  const code = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return { code: "TOO_LARGE", message: "The body is larger than allowed." };
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return { code: "WRONG_TYPE", message: "The body is of another type than taken here." };
  if (code === "FST_ERR_RATE_LIMIT" || Reflect.get(Object(error), "statusCode") === 429) {
    return { code: "RATE_LIMITED", message: "Too many requests. Wait a minute." };
  }
  if (code === "FST_UNDER_PRESSURE") return overloaded();
  const status: unknown = Reflect.get(Object(error), "statusCode");
  return typeof status === "number" && status < 500
    ? { code: "BAD_SCHEMA", message: "The request is malformed." }
    : undefined;
}

function titleOf(status: number): string {
  if (status >= 500) return "The server cannot do this now";
  if (status === 404) return "Not found";
  if (status === 409) return "This conflicts with what is held";
  return "The request was refused";
}
