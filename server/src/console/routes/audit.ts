import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { checkAuditChain } from "../../domain/audit.ts";
import { auditScope } from "../../domain/authorise.ts";
import { showTime } from "../../views/time.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { noteConsultation, parseInput, requireActor } from "../request.ts";

const pageSize = 50;
const checkedEachTime = 2_000;
const Query = z.strictObject({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  check: z.literal("all").optional(),
});

export function addAuditRoutes(app: FastifyInstance, { deps }: ConsoleContext, sendPage: SendPage): void {
  app.get("/audit", { config: { caseData: true } }, async (request, reply) => {
    const scope = auditScope(requireActor(request));
    const { before = Number.MAX_SAFE_INTEGER, check } = parseInput(Query, request.query);
    const rows = await deps.store.audit.list(scope, before, pageSize + 1);
    const shown = rows.slice(0, pageSize);
    const chain = await checkAuditChain(deps.store, check === "all" ? undefined : checkedEachTime);
    noteConsultation(request, { object: "audit", objectId: `${shown.at(-1)?.seq ?? 0}-${shown[0]?.seq ?? 0}` });
    const model = {
      rows: shown.map(({ seq, at, actor, role, operation, object, objectId, hash }) => ({
        ...{ seq, at: showTime(at), actor, role, operation, object, objectId: shorten(objectId), hash },
      })),
      all: scope.kind === "all",
      chain:
        chain.state === "whole"
          ? { whole: true, checked: chain.checked, entries: chain.entries, head: chain.head }
          : { whole: false, checked: 0, entries: chain.atSeq, head: undefined },
      next: rows.length > pageSize ? shown.at(-1)?.seq : undefined,
    };
    return sendPage(request, reply, "audit", model, { current: "audit" });
  });
}

/** Lists of devices are long; their whole text is what the entry's hash covers. */
function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
