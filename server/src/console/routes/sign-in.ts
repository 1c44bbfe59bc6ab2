import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isLinkGood, signIn, signOut } from "../../domain/sign-in.ts";
import type { ConsoleContext, SendPage } from "../context.ts";
import { parseInput, redirect, requireActor } from "../request.ts";
import { sessionOf, startSession } from "../security.ts";

const Token = z.strictObject({ token: z.string().regex(/^[a-z2-7]{20,64}$/) });
const limited = { rateLimit: { max: 30, timeWindow: 60_000 } };

/** One-time links. Looking at one spends nothing, so a mail scanner cannot use it up; the button does. */
export function addSignInRoutes(app: FastifyInstance, context: ConsoleContext, sendPage: SendPage): void {
  const { deps } = context;

  app.get("/", { config: { open: true } }, async (request, reply) =>
    request.actor === undefined ? sendPage(request, reply, "signed-out", {}) : redirect(reply, "/queue"),
  );

  app.get("/sign-in/:token", { config: { open: true, ...limited } }, async (request, reply) => {
    const { token } = parseInput(Token, request.params);
    return sendPage(request, reply, "sign-in", { token, good: await isLinkGood(context.signIn, token) });
  });

  app.post("/sign-in/:token", { config: { open: true, ...limited } }, async (request, reply) => {
    const { token } = parseInput(Token, request.params);
    const session = await signIn(context.signIn, token);
    if (session === undefined) {
      return sendPage(request, reply.code(403), "sign-in", { token, good: false });
    }
    startSession(request, session);
    context.background.changed();
    return redirect(reply, "/queue");
  });

  // Reaching this route is all it takes: the session was touched on the way.
  app.post("/session", async (_request, reply) => reply.code(204).send());

  app.post("/sign-out", async (request, reply) => {
    const session = sessionOf(request);
    if (session !== undefined) await signOut(context.signIn, session);
    request.session.delete();
    return redirect(reply, "/");
  });

  app.get("/key", async (request, reply) => {
    const { reviewerId } = requireActor(request);
    const entry = deps.trust.current().reviewers.reviewers.find((each) => each.reviewerId === reviewerId);
    return sendPage(request, reply, "key", { boxKey: entry?.boxKey ?? "" }, { current: "key" });
  });
}
