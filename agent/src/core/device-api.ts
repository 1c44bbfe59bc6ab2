import { toBase64, toHex, utf8 } from "@overt/shared/bytes.ts";
import { canonicalBytes, parseJson } from "@overt/shared/crypto/canonical.ts";
import type { SigningKey } from "@overt/shared/crypto/ed25519.ts";
import { type Envelope, signEnvelope } from "@overt/shared/crypto/envelope.ts";
import type { Random } from "@overt/shared/crypto/seal.ts";
import { TransportError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import {
  EnrolmentAnswer,
  EnrolmentPack,
  type EnrolmentRequest,
  type ExchangeStep,
} from "@overt/shared/protocol/enrolment.ts";
import { payloadTypes } from "@overt/shared/protocol/payload-types.ts";
import { CurrentOrder, EventsAnswer, FeedAnswer } from "@overt/shared/protocol/wire.ts";
import type { z } from "zod";
import { problemError } from "./problem.ts";
import type { Transport, TransportAnswer, TransportRequest } from "./transport.ts";

/** What anybody may ask of the server: the enrolment. Errors as `problemError`, and TransportError. */
export interface EnrolmentApi {
  fetchPack(code: string): Promise<EnrolmentPack>;
  /** Writing the same message again is no error. */
  putExchange(tokenId: string, step: ExchangeStep, message: unknown): Promise<void>;
  /** Undefined until the other side has written it. The message is anybody's until the caller has verified it. */
  findExchange<T>(tokenId: string, step: ExchangeStep, schema: z.ZodType<T>): Promise<T | undefined>;
  enrol(request: EnrolmentRequest): Promise<EnrolmentAnswer>;
}

/** What an enrolled device asks of the server. */
export interface DeviceApi {
  postEvents(envelopes: readonly Envelope[]): Promise<EventsAnswer>;
  putBlob(sha256: string, bytes: Uint8Array): Promise<void>;
  fetchOrder(): Promise<CurrentOrder>;
  fetchFeed(after: number): Promise<FeedAnswer>;
  /** The log's newest signed checkpoint, not yet verified. */
  fetchCheckpoint(): Promise<Uint8Array>;
  /** Headers of a signed request for this path: for the files that only devices may read. */
  signRequest(path: string): Record<string, string>;
}

const answerBytes = {
  pack: 256 * 1024,
  exchange: limits.payload.exchange + 1_024,
  enrolment: 4 * 1024,
  events: 2 * 1024 * 1024,
  order: 256 * 1024,
  /** 200 items, each with a sealed answer of up to 16 KiB. */
  feed: 16 * 1024 * 1024,
  checkpoint: 64 * 1024,
  blob: 64 * 1024,
} as const;

export function buildEnrolmentApi(transport: Transport): EnrolmentApi {
  const call = buildCaller(transport);
  const stepPath = (tokenId: string, step: ExchangeStep) => `/v1/enrolments/exchange/${tokenId}/${step}`;
  return {
    fetchPack: (code) => call({ method: "GET", path: `/v1/tokens/${code}`, maxBytes: answerBytes.pack }, EnrolmentPack),
    async putExchange(tokenId, step, message) {
      const body = canonicalBytes(message);
      const request = {
        method: "PUT",
        path: stepPath(tokenId, step),
        ...json(body),
        maxBytes: answerBytes.exchange,
      } as const;
      requireSuccess(await transport.send(request));
    },
    async findExchange(tokenId, step, schema) {
      const answer = await transport.send({
        method: "GET",
        path: stepPath(tokenId, step),
        maxBytes: answerBytes.exchange,
      });
      if (answer.status === 404) return undefined;
      requireSuccess(answer);
      return readAnswer(answer.body, schema);
    },
    enrol(request) {
      const body = canonicalBytes(request);
      return call(
        { method: "POST", path: "/v1/enrolments", ...json(body), maxBytes: answerBytes.enrolment },
        EnrolmentAnswer,
      );
    },
  };
}

export function buildDeviceApi(deps: {
  readonly transport: Transport;
  readonly deviceId: string;
  readonly signingKey: SigningKey;
  readonly random: Random;
  /** Trusted time: the server takes requests within five minutes of its own. */
  readonly now: () => number;
}): DeviceApi {
  const { transport, deviceId, signingKey, random, now } = deps;
  const call = buildCaller(transport);
  const signed = (method: "GET" | "PUT", path: string) => {
    const request = { v: 1, deviceId, method, path, at: now(), nonce: toHex(random(16)) };
    const envelope = signEnvelope(payloadTypes.request, request, [signingKey]);
    return { "overt-request": toBase64(utf8(JSON.stringify(envelope))) };
  };
  const read = <T>(path: string, maxBytes: number, schema: z.ZodType<T>) =>
    call({ method: "GET", path, headers: signed("GET", path), maxBytes }, schema);
  return {
    postEvents(envelopes) {
      const body = utf8(JSON.stringify({ v: 1, envelopes }));
      return call({ method: "POST", path: "/v1/events", ...json(body), maxBytes: answerBytes.events }, EventsAnswer);
    },
    async putBlob(sha256, bytes) {
      const path = `/v1/blobs/${sha256}`;
      const contentType = "application/octet-stream" as const;
      const headers = signed("PUT", path);
      requireSuccess(
        await transport.send({ method: "PUT", path, headers, body: bytes, contentType, maxBytes: answerBytes.blob }),
      );
    },
    fetchOrder: () => read("/v1/orders/current", answerBytes.order, CurrentOrder),
    fetchFeed: (after) => read(`/v1/feed?after=${after}`, answerBytes.feed, FeedAnswer),
    async fetchCheckpoint() {
      const answer = await transport.send({ method: "GET", path: "/log/checkpoint", maxBytes: answerBytes.checkpoint });
      requireSuccess(answer);
      return answer.body;
    },
    signRequest: (path) => signed("GET", path),
  };
}

function json(body: Uint8Array) {
  return { body, contentType: "application/json" } as const;
}

function buildCaller(transport: Transport) {
  return async <T>(request: TransportRequest, schema: z.ZodType<T>): Promise<T> => {
    const answer = await transport.send(request);
    requireSuccess(answer);
    return readAnswer(answer.body, schema);
  };
}

function requireSuccess(answer: TransportAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw problemError(answer);
}

function readAnswer<T>(body: Uint8Array, schema: z.ZodType<T>): T {
  const bad = () => new TransportError("BAD_RESPONSE", "The server's answer is not what was asked for.");
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    throw bad();
  }
  const read = schema.safeParse(value);
  if (!read.success) throw bad();
  return read.data;
}
