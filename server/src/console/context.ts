import type { FastifyReply, FastifyRequest } from "fastify";
import type { EvidenceDeps } from "../domain/open-evidence.ts";
import { type SignInDeps, sessionIdleSeconds } from "../domain/sign-in.ts";
import type { Frame, PageModels, PageName } from "../views/models.ts";
import type { Views } from "../views/render.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { Background } from "./live.ts";

/** What the routes share. */
export interface ConsoleContext {
  readonly deps: ConsoleDeps;
  readonly services: EvidenceDeps;
  readonly signIn: SignInDeps;
  readonly views: Views;
  readonly background: Background;
}

export type SendPage = <P extends PageName>(
  request: FastifyRequest,
  reply: FastifyReply,
  page: P,
  model: PageModels[P],
  frame?: Partial<Pick<Frame, "current" | "notice">>,
) => Promise<FastifyReply>;

/** Puts the frame around a page's model and sends it. */
export function buildSendPage(context: ConsoleContext): SendPage {
  return (request, reply, page, model, frame = {}) =>
    context.views.render(
      reply,
      page,
      {
        practice: context.deps.practice,
        cspNonce: reply.cspNonce.script,
        csrf: reply.generateCsrf(),
        signedInAs: signedInAs(context, request),
        idleSeconds: sessionIdleSeconds,
        current: frame.current,
        notice: frame.notice,
      },
      model,
    );
}

function signedInAs({ deps }: ConsoleContext, { actor }: FastifyRequest): Frame["signedInAs"] {
  if (actor === undefined) return undefined;
  const entry = deps.trust.current().reviewers.reviewers.find((each) => each.reviewerId === actor.reviewerId);
  return { reviewerId: actor.reviewerId, role: actor.role, boxKey: entry?.boxKey ?? "" };
}
