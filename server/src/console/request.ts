import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Actor } from "../domain/actor.ts";
import type { AuditFact } from "../domain/audit.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Reached without a session. Every other route needs one. */
    open?: boolean;
    /** Runs by itself: it neither keeps the session alive nor renews it. */
    passive?: boolean;
    /** Shows case data: the answer leaves only after its audit row is committed. */
    caseData?: boolean;
  }
  interface FastifyRequest {
    actor: Actor | undefined;
    /** What this request consulted: the audit row that the answer waits for. */
    consulted: AuditFact | undefined;
  }
}

export function requireActor(request: FastifyRequest): Actor {
  if (request.actor === undefined) throw new PolicyError("NOT_SIGNED_IN", "Sign in to carry on.");
  return request.actor;
}

/** Names what the page shows; the `onSend` hook writes it down before a byte leaves. */
export function noteConsultation(request: FastifyRequest, fact: Omit<AuditFact, "operation">): void {
  request.consulted = { operation: "consultation", ...fact };
}

export function wantsJson(request: FastifyRequest): boolean {
  return (
    (request.headers.accept ?? "").includes("application/json") ||
    (request.headers["content-type"] ?? "").startsWith("application/json")
  );
}

/** The body or parameters in the schema's form; throws BAD_FORM without quoting what was sent. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new PolicyError("BAD_FORM", "The request is not in the form this page expects.");
}

export function redirect(reply: FastifyReply, path: string): FastifyReply {
  return reply.redirect(path, 303);
}
