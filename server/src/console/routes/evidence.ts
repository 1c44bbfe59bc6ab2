import { toBase64 } from "@overt/shared/bytes.ts";
import { Hash } from "@overt/shared/protocol/fields.ts";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { openEvidence, type Released } from "../../domain/open-evidence.ts";
import { confirmStatement, openStatement } from "../../domain/open-statement.ts";
import { showTime } from "../../views/time.ts";
import type { ConsoleContext } from "../context.ts";
import { parseInput, requireActor } from "../request.ts";
import { AlertPath, LeaseId } from "./alert.ts";

const EvidenceBody = z.strictObject({
  leaseId: LeaseId,
  eventHash: Hash,
  level: z.union([z.literal(1), z.literal(2)]),
});
const StatementBody = z.strictObject({ leaseId: LeaseId, statementHash: Hash });
const ReadBody = z.strictObject({ ...StatementBody.shape, result: z.enum(["read", "unreadable"]) });

/**
 * JSON for the client module. Each answer is one sealed blob; the services wrote the audit row and the view before it, so
 * these routes carry no consultation of their own.
 */
export function addEvidenceRoutes(app: FastifyInstance, { services, background }: ConsoleContext): void {
  app.post("/alerts/:alertId/evidence", async (request, reply) => {
    const { alertId } = parseInput(AlertPath, request.params);
    const body = parseInput(EvidenceBody, request.body);
    const released = await openEvidence(services, requireActor(request), { alertId, ...body });
    background.changed();
    return sendBlob(reply, released);
  });

  app.post("/alerts/:alertId/statement", async (request, reply) => {
    const { alertId } = parseInput(AlertPath, request.params);
    const body = parseInput(StatementBody, request.body);
    const released = await openStatement(services, requireActor(request), { alertId, ...body });
    background.changed();
    return released === "missing" ? reply.send({ missing: true }) : sendBlob(reply, released);
  });

  app.post("/alerts/:alertId/statement/read", async (request, reply) => {
    const { alertId } = parseInput(AlertPath, request.params);
    const body = parseInput(ReadBody, request.body);
    await confirmStatement(services, requireActor(request), { alertId, ...body });
    return reply.code(204).send();
  });
}

function sendBlob(reply: FastifyReply, { ciphertext, reference, viewedAt }: Released): FastifyReply {
  return reply.send({
    ciphertext: toBase64(ciphertext),
    commitment: reference.commitment,
    viewedAt: showTime(viewedAt).text,
  });
}
