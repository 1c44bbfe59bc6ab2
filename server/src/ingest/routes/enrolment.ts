import { parseHex, toBase32 } from "@overt/shared/bytes.ts";
import { canonicalBytes } from "@overt/shared/crypto/canonical.ts";
import { Envelope } from "@overt/shared/crypto/envelope.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import {
  Commitment,
  Countersigned,
  EnrolmentPack,
  EnrolmentRequest,
  type ExchangeStep,
  exchangeSteps,
  Reveal,
} from "@overt/shared/protocol/enrolment.ts";
import { CurrentOrder } from "@overt/shared/protocol/wire.ts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordEnrolment, saveOrderPair, verifyEnrolment, verifyOrderPair, verifyPack } from "../../domain/enrol.ts";
import { officerDocuments, verifyByOfficer, verifyDeviceStatus } from "../../domain/officer-documents.ts";
import type { IngestDeps } from "../deps.ts";
import { readBody, readParams } from "../read-body.ts";

const stepSchemas: Readonly<Record<ExchangeStep, z.ZodType>> = {
  commitment: Commitment,
  challenge: Envelope,
  reveal: Reveal,
  countersigned: Countersigned,
};
const StepParams = z.strictObject({ tokenId: z.string().regex(/^[0-9a-f]{32}$/), step: z.enum(exchangeSteps) });
const codeLength = 26;
const CodeParams = z.strictObject({ code: z.string().regex(/^[a-z2-7]{26}$/) });

/** Tokens, the four messages between device and officer, and the finished enrolment (SPEC.md sections 6 and 9). */
export function addEnrolmentRoutes(app: FastifyInstance, deps: IngestDeps): void {
  const { store, sequencer } = deps;
  const verifier = () => ({ trust: deps.trust.current(), verify: deps.verify });

  app.put("/v1/tokens", { bodyLimit: limits.enrolmentBody }, async (request, reply) => {
    const pack = readBody(request.body, EnrolmentPack);
    const verified = await verifyPack(pack, verifier());
    const code = toBase32(parseHex(verified.token.hash)).slice(0, codeLength);
    await store.savePack(code, pack, verified.token.value, verified.token.hash);
    return reply.code(201).send({ v: 1 });
  });

  app.get("/v1/tokens/:code", async (request) => {
    const { code } = readParams(request.params, CodeParams);
    const pack = await store.findPack(code, deps.now());
    if (pack === undefined)
      throw new PolicyError("NOT_FOUND", "There is no token of this code. Check the code with your officer.");
    return pack;
  });

  const exchange = "/v1/enrolments/exchange/:tokenId/:step";
  app.put(exchange, { bodyLimit: limits.payload.exchange }, async (request, reply) => {
    const { tokenId, step } = readParams(request.params, StepParams);
    const message = readBody(request.body, stepSchemas[step]);
    await requireOfficer(step, message, deps);
    const body = Buffer.from(canonicalBytes(message)).toString("utf8");
    const same = await store.saveExchangeStep(tokenId, step, body, deps.now());
    if (!same)
      throw new VerificationError(
        "FORK",
        "This step was written before with another message. Start again with a new token.",
      );
    return reply.code(201).send({ v: 1 });
  });

  app.get(exchange, async (request, reply) => {
    const { tokenId, step } = readParams(request.params, StepParams);
    const body = await store.findExchangeStep(tokenId, step);
    if (body === undefined) throw new PolicyError("NOT_FOUND", "The other side has not written this step yet.");
    return reply.type("application/json").send(body);
  });

  app.post("/v1/enrolments", { bodyLimit: limits.enrolmentBody }, async (request, reply) => {
    const enrolment = await verifyEnrolment(readBody(request.body, EnrolmentRequest), verifier());
    const { deviceId } = await sequencer.run((unit) => recordEnrolment(enrolment, unit));
    return reply.code(201).send({ v: 1, deviceId });
  });

  app.put("/v1/orders", { bodyLimit: limits.enrolmentBody }, async (request, reply) => {
    const { order, orderStatus } = await verifyOrderPair(readBody(request.body, CurrentOrder), verifier());
    await sequencer.run((unit) => saveOrderPair(order, orderStatus, unit));
    return reply.code(201).send({ v: 1 });
  });

  app.put("/v1/device-status", { bodyLimit: limits.payload.exchange }, async (request, reply) => {
    const envelope = readBody(request.body, Envelope);
    const status = await verifyDeviceStatus(envelope, verifier());
    const device = await store.findDevice(status.value.deviceId);
    if (device === undefined) throw new PolicyError("NOT_FOUND", "There is no such device here.");
    await sequencer.run((unit) => unit.saveDeviceStatus(device, status));
    return reply.code(201).send({ v: 1 });
  });
}

/** What the officer writes must carry an officer's signature before the relay keeps it; the device checks it again. */
async function requireOfficer(step: ExchangeStep, message: unknown, deps: IngestDeps): Promise<void> {
  const by = { trust: deps.trust.current(), verify: deps.verify };
  if (step === "challenge") await verifyByOfficer(Envelope.parse(message), officerDocuments.challenge, deps.now(), by);
  if (step !== "countersigned") return;
  const { acknowledgement } = Countersigned.parse(message);
  await verifyByOfficer(acknowledgement, officerDocuments.acknowledgement, deps.now(), by);
}
