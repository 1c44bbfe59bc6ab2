import type { FastifyReply, FastifyRequest } from "fastify";
import { authorise } from "../../domain/authorise.ts";
import { notFound } from "../../domain/claim.ts";
import type { Draft } from "../../domain/console-records.ts";
import type { FieldError } from "../../views/models.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { toAlertModel } from "../models/alert.ts";
import { noteConsultation, requireActor } from "../request.ts";

/** What was typed and what is wrong with it: the page keeps the first and says the second. */
export interface Typed {
  readonly draft?: Draft;
  readonly errors?: readonly FieldError[];
  readonly notice?: string;
}

/** The alert as this reviewer may see it; logged as one consultation. Throws NOT_FOUND. */
export async function sendAlertPage(
  context: ConsoleContext,
  sendPage: SendPage,
  request: FastifyRequest,
  reply: FastifyReply,
  alertId: number,
  typed: Typed = {},
): Promise<FastifyReply> {
  const { deps, views } = context;
  const { store } = deps;
  const actor = requireActor(request);
  const alert = await store.alerts.findAlert(alertId, authorise(actor, "alert.read"));
  if (alert === undefined) throw notFound();
  const draft = typed.draft ?? (await store.claims.findDraft(alertId, actor.reviewerId));
  noteConsultation(request, { object: "alert", objectId: String(alertId) });
  const model = toAlertModel({
    t: views.t,
    now: deps.now(),
    actor,
    alert,
    order: await deps.ingest.findOrder(alert.orderHash),
    trust: deps.trust.current(),
    events: await store.alerts.listEvents(alertId),
    statements: await store.alerts.listStatements(alertId),
    statementStates: await store.evidence.listStatementStates(alertId, actor.reviewerId),
    views: await store.evidence.listViews(alertId),
    decisions: await store.decisions.list(alertId),
    draft,
    errors: typed.errors ?? [],
  });
  return sendPage(request, reply, "alert", model, { current: "queue", notice: typed.notice });
}
