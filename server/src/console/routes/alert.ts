import { PolicyError } from "@overt/shared/errors.ts";
import { limits } from "@overt/shared/limits.ts";
import { outcomes, reasonCodes } from "@overt/shared/protocol/review.ts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { recordAudit } from "../../domain/audit.ts";
import { authorise } from "../../domain/authorise.ts";
import { claimAlert, extendLease, notFound, releaseLease } from "../../domain/claim.ts";
import { decideAlert } from "../../domain/decide.ts";
import { statuses } from "../../http/statuses.ts";
import type { FieldError } from "../../views/models.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { parseInput, redirect, requireActor, wantsJson } from "../request.ts";
import { sendAlertPage } from "./alert-page.ts";

export const AlertPath = z.strictObject({ alertId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
export const LeaseId = z.string().regex(/^[0-9a-f]{32}$/);
const Lease = z.strictObject({ leaseId: LeaseId });

/** The form as typed: every field may be empty, nothing is cut. Browsers send line ends as CR LF. */
const lines = (max: number) =>
  z
    .string()
    .max(4 * max)
    .default("")
    .transform((text) => text.replaceAll("\r\n", "\n"));
const Form = z.strictObject({
  leaseId: z.string().max(64).default(""),
  outcome: z.string().max(40).default(""),
  reasonCode: z.string().max(40).default(""),
  told: lines(limits.toldCharacters),
  privateNote: lines(limits.noteCharacters),
});
type Form = z.infer<typeof Form>;

export function addAlertRoutes(app: FastifyInstance, context: ConsoleContext, sendPage: SendPage): void {
  const { services, background } = context;

  app.get("/alerts/:alertId", { config: { caseData: true } }, async (request, reply) =>
    sendAlertPage(context, sendPage, request, reply, alertIdOf(request)),
  );

  app.post("/alerts/:alertId/claim", { config: { caseData: true } }, async (request, reply) => {
    const alertId = alertIdOf(request);
    try {
      await claimAlert(services, requireActor(request), alertId);
    } catch (error) {
      return refuse(request, reply, alertId, error, undefined);
    }
    background.changed();
    return redirect(reply, `/alerts/${alertId}`);
  });

  app.post("/alerts/:alertId/extend", async (request, reply) => {
    const alertId = alertIdOf(request);
    const { leaseId } = parseInput(Lease, request.body);
    const until = await extendLease(services, requireActor(request), alertId, leaseId);
    if (wantsJson(request)) return { secondsLeft: until - services.now() };
    return redirect(reply, `/alerts/${alertId}`);
  });

  app.post("/alerts/:alertId/release", async (request, reply) => {
    const form = parseInput(Form, request.body);
    const alertId = alertIdOf(request);
    await saveDraft(request, alertId, form);
    await releaseLease(services, requireActor(request), alertId, form.leaseId);
    background.changed();
    return redirect(reply, "/queue");
  });

  // A draft needs no lease: a lease that is lost never loses text.
  app.post("/alerts/:alertId/draft", { config: { passive: true } }, async (request, reply) => {
    const alertId = alertIdOf(request);
    await saveDraft(request, alertId, parseInput(Form, request.body));
    return wantsJson(request) ? { saved: true } : redirect(reply, `/alerts/${alertId}`);
  });

  app.post("/alerts/:alertId/decision", { config: { caseData: true } }, async (request, reply) => {
    const alertId = alertIdOf(request);
    const form = parseInput(Form, request.body);
    await saveDraft(request, alertId, form);
    const errors = checkForm(context, form);
    if (errors.length > 0) return showForm(request, reply.code(400), alertId, form, errors);
    try {
      await decideAlert(services, requireActor(request), { alertId, ...requireForm(form) });
    } catch (error) {
      return refuse(request, reply, alertId, error, form);
    }
    background.changed();
    return redirect(reply, `/alerts/${alertId}`);
  });

  /** What the reviewer can mend is said on the page that they are on, with what they typed. */
  async function refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    alertId: number,
    error: unknown,
    form: Form | undefined,
  ) {
    const mendable = error instanceof PolicyError && error.code !== "NOT_FOUND" && error.code !== "NOT_SIGNED_IN";
    if (!mendable || wantsJson(request)) throw error;
    const field = fieldOf[error.code] ?? "claim";
    return showForm(request, reply.code(statuses[error.code]), alertId, form, [{ field, text: error.message }]);
  }

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    alertId: number,
    form: Form | undefined,
    errors: readonly FieldError[],
  ) {
    const typed = form === undefined ? {} : { draft: { ...form, savedAt: services.now() } };
    return sendAlertPage(context, sendPage, request, reply, alertId, { ...typed, errors });
  }

  async function saveDraft(request: FastifyRequest, alertId: number, form: Form): Promise<void> {
    const actor = requireActor(request);
    const scope = authorise(actor, "alert.decide");
    const { leaseId: _, ...words } = form;
    await services.store.transaction(async (tx) => {
      const alert = await tx.alerts.findAlert(alertId, scope);
      if (alert === undefined) throw notFound();
      if (alert.state === "decided" && alert.claim?.reviewerId !== actor.reviewerId) return;
      const known = await tx.claims.findDraft(alertId, actor.reviewerId);
      if (known === undefined && isEmpty(form)) return;
      await tx.claims.saveDraft(alertId, actor.reviewerId, { ...words, savedAt: services.now() });
      if (known === undefined) {
        await recordAudit(tx, services, actor, { operation: "collection", object: "draft", objectId: String(alertId) });
      }
    });
  }
}

const fieldOf: Readonly<Record<string, string>> = { PASSKEY_REQUIRED: "outcome", STATEMENT_NOT_READ: "statements" };

function alertIdOf(request: FastifyRequest): number {
  const parsed = AlertPath.safeParse(request.params);
  if (!parsed.success) throw notFound();
  return parsed.data.alertId;
}

function isEmpty({ outcome, reasonCode, told, privateNote }: Form): boolean {
  return [outcome, reasonCode, told, privateNote].every((text) => text === "");
}

const Outcome = z.enum(outcomes);
const ReasonCode = z.enum(reasonCodes);

function checkForm({ views: { t } }: ConsoleContext, form: Form): FieldError[] {
  const errors: FieldError[] = [];
  if (!Outcome.safeParse(form.outcome).success) errors.push({ field: "outcome", text: t("form.outcome.missing") });
  if (!ReasonCode.safeParse(form.reasonCode).success) {
    errors.push({ field: "reasonCode", text: t("form.reason.missing") });
  }
  if ([...form.told].length > limits.toldCharacters) {
    errors.push({ field: "told", text: t("form.told.long", { count: limits.toldCharacters }) });
  }
  if ([...form.privateNote].length > limits.noteCharacters) {
    errors.push({ field: "privateNote", text: t("form.note.long", { count: limits.noteCharacters }) });
  }
  return errors;
}

function requireForm({ leaseId, outcome, reasonCode, told, privateNote }: Form) {
  return {
    leaseId,
    outcome: parseInput(Outcome, outcome),
    reasonCode: parseInput(ReasonCode, reasonCode),
    told: told.trim(),
    privateNote: privateNote.trim(),
  };
}
