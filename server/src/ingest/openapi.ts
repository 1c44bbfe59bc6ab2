import { Envelope } from "@overt/shared/crypto/envelope.ts";
import {
  Commitment,
  Countersigned,
  EnrolmentAnswer,
  EnrolmentPack,
  EnrolmentRequest,
  Reveal,
} from "@overt/shared/protocol/enrolment.ts";
import { CurrentOrder, EventsAnswer, EventsRequest, FeedAnswer, Problem } from "@overt/shared/protocol/wire.ts";
import { z } from "zod";

interface Operation {
  readonly method: "get" | "put" | "post";
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType | "octets";
  readonly answer: z.ZodType | "octets" | "text";
  /** Needs the header `overt-request` (SPEC.md section 9). */
  readonly signed?: true;
}

const Done = z.strictObject({ v: z.literal(1) });
const Step = z.union([Commitment, Envelope, Reveal, Countersigned]);
const Health = z.strictObject({
  status: z.string(),
  troubles: z.array(z.string()).optional(),
  targetsVersion: z.number().int().optional(),
});

const operations: readonly Operation[] = [
  {
    method: "put",
    path: "/v1/tokens",
    summary: "Leave a pack that an officer signed",
    body: EnrolmentPack,
    answer: Done,
  },
  { method: "get", path: "/v1/tokens/{code}", summary: "Fetch a pack by its typed code", answer: EnrolmentPack },
  {
    ...{ method: "put", path: "/v1/enrolments/exchange/{tokenId}/{step}", body: Step, answer: Done },
    summary: "Write one message of the exchange, once",
  },
  {
    ...{ method: "get", path: "/v1/enrolments/exchange/{tokenId}/{step}", answer: Step },
    summary: "Read a message of the exchange; 404 until it is there",
  },
  {
    method: "post",
    path: "/v1/enrolments",
    summary: "Enrol a device",
    body: EnrolmentRequest,
    answer: EnrolmentAnswer,
  },
  {
    method: "put",
    path: "/v1/orders",
    summary: "Leave a signed order and its status",
    body: CurrentOrder,
    answer: Done,
  },
  {
    method: "put",
    path: "/v1/device-status",
    summary: "Leave an officer's word on a device",
    body: Envelope,
    answer: Done,
  },
  {
    method: "post",
    path: "/v1/events",
    summary: "Deliver records in order",
    body: EventsRequest,
    answer: EventsAnswer,
  },
  {
    method: "put",
    path: "/v1/blobs/{sha256}",
    summary: "Deliver a sealed blob",
    body: "octets",
    answer: Done,
    signed: true,
  },
  { method: "get", path: "/v1/orders/current", summary: "The device's order", answer: CurrentOrder, signed: true },
  {
    method: "get",
    path: "/v1/feed",
    summary: "Views, decisions, tombstones after a cursor",
    answer: FeedAnswer,
    signed: true,
  },
  { method: "get", path: "/tuf/{file}", summary: "The agency's TUF repository", answer: "octets" },
  { method: "get", path: "/log/checkpoint", summary: "The log's newest signed checkpoint", answer: "text" },
  { method: "get", path: "/log/{tile}", summary: "A tile of the log (C2SP tlog-tiles)", answer: "octets" },
  { method: "get", path: "/healthz", summary: "Whether the process runs", answer: Health },
  { method: "get", path: "/readyz", summary: "Whether it takes records", answer: Health },
  { method: "get", path: "/openapi.json", summary: "This description", answer: z.record(z.string(), z.unknown()) },
];

/** The device API as OpenAPI 3.1, out of the schemas that the routes use. */
export function describeApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }
  return { openapi: "3.1.0", info: { title: "Overt ingest", version: "1" }, paths };
}

function describeOperation({ path, summary, body, answer, signed }: Operation): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, ...text }));
  const header = { name: "overt-request", in: "header", required: true, ...text };
  const query = { name: "after", in: "query", required: true, ...text };
  return {
    summary,
    parameters: [...names, ...(signed ? [header] : []), ...(path === "/v1/feed" ? [query] : [])],
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      "2XX": { description: "Done", content: contentOf(answer) },
      default: {
        description: "RFC 9457 problem",
        content: { "application/problem+json": { schema: jsonSchema(Problem) } },
      },
    },
  };
}

const text = { schema: { type: "string" } } as const;

function contentOf(type: z.ZodType | "octets" | "text"): object {
  if (type === "octets") return { "application/octet-stream": {} };
  if (type === "text") return { "text/plain": {} };
  return { "application/json": { schema: jsonSchema(type) } };
}

function jsonSchema(type: z.ZodType): object {
  return z.toJSONSchema(type, { target: "draft-2020-12", unrepresentable: "any" });
}
