import { sha256Hex } from "@overt/shared/crypto/hash.ts";
import { PolicyError, TransportError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { EventsRequest } from "@overt/shared/protocol/wire.ts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { applyBatch, prepareBatch } from "../../domain/accept.ts";
import type { IngestDeps } from "../deps.ts";
import { readBody, readParams } from "../read-body.ts";
import { requireDevice } from "../signed-request.ts";

const BlobParams = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const FeedQuery = z.strictObject({ after: z.string().regex(/^(0|[1-9][0-9]{0,14})$/) });
const feedPage = 200;

/** What an enrolled device does (SPEC.md sections 7 and 9). */
export function addDeviceRoutes(app: FastifyInstance, deps: IngestDeps): void {
  const { store, sequencer } = deps;

  app.post("/v1/events", { bodyLimit: limits.eventsBody }, async (request) => {
    const { envelopes } = readBody(request.body, EventsRequest);
    const leave = deps.admission.enter(envelopes.length);
    try {
      const batch = await prepareBatch(envelopes, deps);
      const isSigned = batch.items.some((item) => item.kind === "record");
      if (batch.device !== undefined && isSigned) deps.budget.spend(batch.device.deviceKey, envelopes.length);
      const answer = await sequencer.run((unit) => applyBatch(batch, envelopes.length, unit), envelopes.length);
      for (const { status } of answer.results) deps.metrics.countRecord(status);
      return { v: 1, ...answer };
    } finally {
      leave();
    }
  });

  app.put("/v1/blobs/:sha256", { bodyLimit: limits.blob, config: { octets: true } }, async (request, reply) => {
    const { sha256 } = readParams(request.params, BlobParams);
    const device = await requireDevice(request, deps);
    if (!(await store.isBlobWanted(device, sha256))) {
      throw new PolicyError("BLOB_NOT_EXPECTED", "No record of this device names this blob.");
    }
    const bytes = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array();
    if (sha256Hex(bytes) !== sha256)
      throw new VerificationError("HASH_MISMATCH", "The blob is not the one it is named as.");
    if ((await store.countBlobBytes(device)) + bytes.length > deps.blobBytesPerCase) {
      throw new TransportError(
        "OVERLOADED",
        "There is no more room for this case's evidence. The agency has been told.",
        {
          retryAfterSeconds: 3_600,
        },
      );
    }
    const isNew = await store.saveBlob(device, sha256, bytes, deps.now());
    return reply.code(isNew ? 201 : 200).send({ v: 1 });
  });

  app.get("/v1/orders/current", async (request) => {
    const device = await requireDevice(request, deps);
    const pair = await store.findCurrentOrder(device);
    if (pair === undefined) throw new PolicyError("NOT_FOUND", "There is no order for this device.");
    return { v: 1, ...pair };
  });

  app.get("/v1/feed", async (request) => {
    const device = await requireDevice(request, deps);
    const { after } = readParams(request.query, FeedQuery);
    const items = await store.listFeed(device, Number(after), feedPage);
    return { v: 1, items, next: items.at(-1)?.cursor ?? Number(after), at: deps.now() };
  });
}
