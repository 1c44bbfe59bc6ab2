import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { authorise } from "../../domain/authorise.ts";
import { claimNext } from "../../domain/claim.ts";
import type { QueuePosition } from "../../domain/console-store.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { toQueueModel } from "../models/queue.ts";
import { noteConsultation, parseInput, redirect, requireActor } from "../request.ts";

const pageSize = 25;
const Query = z.strictObject({
  after: z
    .string()
    .regex(/^[0-9]{1,12}\.[0-9]{1,12}$/)
    .optional(),
  empty: z.literal("1").optional(),
});

export function addQueueRoutes(app: FastifyInstance, context: ConsoleContext, sendPage: SendPage): void {
  const { deps, views } = context;

  app.get("/queue", { config: { caseData: true } }, async (request, reply) => {
    const actor = requireActor(request);
    const scope = authorise(actor, "queue.read");
    const query = parseInput(Query, request.query);
    const alerts = await deps.store.alerts.listWaiting(scope, parsePosition(query.after), pageSize + 1);
    const counts = await deps.store.alerts.countWaiting(scope, 0);
    const shown = alerts.slice(0, pageSize);
    noteConsultation(request, { object: "queue", objectId: shown.map((each) => each.alertId).join(",") });
    const more = alerts.length > pageSize;
    const model = toQueueModel({
      t: views.t,
      now: deps.now(),
      actor,
      alerts: shown,
      more,
      ...counts,
      first: query.after === undefined,
    });
    const notice = query.empty === undefined ? undefined : views.t("queue.noneToClaim");
    return sendPage(request, reply, "queue", model, { current: "queue", notice });
  });

  app.post("/queue/next", async (request, reply) => {
    const alertId = await claimNext(context.services, requireActor(request));
    context.background.changed();
    return redirect(reply, alertId === undefined ? "/queue?empty=1" : `/alerts/${alertId}`);
  });
}

function parsePosition(text: string | undefined): QueuePosition | undefined {
  if (text === undefined) return undefined;
  const [dueAt = 0, alertId = 0] = text.split(".").map(Number);
  return { dueAt, alertId };
}
