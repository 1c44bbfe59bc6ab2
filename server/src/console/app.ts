import formbody from "@fastify/formbody";
import fastifyStatic from "@fastify/static";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { recordAudit } from "../domain/audit.ts";
import { addBodyDrain } from "../http/drain-body.ts";
import { buildViews } from "../views/render.ts";
import { buildSendPage, type ConsoleContext } from "./context.ts";
import type { ConsoleDeps } from "./deps.ts";
import { addErrorPages } from "./errors.ts";
import { buildBackground } from "./live.ts";
import { requireActor } from "./request.ts";
import { addAlertRoutes } from "./routes/alert.ts";
import { addAuditRoutes } from "./routes/audit.ts";
import { addDeviceRoutes } from "./routes/devices.ts";
import { addEvidenceRoutes } from "./routes/evidence.ts";
import { addLiveRoute } from "./routes/live.ts";
import { addQueueRoutes } from "./routes/queue.ts";
import { addSignInRoutes } from "./routes/sign-in.ts";
import { addSecurity } from "./security.ts";

const requestTimeoutMs = 30_000;
const bodyLimit = 64 * 1024;

export type { ConsoleDeps } from "./deps.ts";

/**
 * The reviewers' console: pages, JSON for its own client module, and the work beside them. Nothing listens and no timer
 * runs until `listen()` or `ready()`; `close()` stops both and leaves the store open.
 */
export function buildConsole(deps: ConsoleDeps): FastifyInstance {
  const app = Fastify({
    ...(deps.log === undefined ? { logger: false } : { loggerInstance: deps.log }),
    // Sign-in tokens stand in paths: request lines are not logged.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    return503OnClosing: true,
    // A whole request comes in within this time; Node swaps the two bounds where the one for headers is the larger.
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: 5_000 },
    forceCloseConnections: true,
  });
  const background = buildBackground(deps, (error) => app.log.error({ err: error }, "the background work failed"));
  const signIn = { ...deps, reviewers: () => deps.trust.current().reviewers };
  const context: ConsoleContext = { deps, services: deps, signIn, views: buildViews(app), background };
  const sendPage = buildSendPage(context);

  addBodyDrain(app, { bytes: bodyLimit * 16, milliseconds: 10_000 });
  addSecurity(app, deps, signIn);
  app.register(formbody);
  addErrorPages(app, sendPage);
  addAuditHook(app, deps);
  app.register(async (assets) => {
    assets.addHook("onRoute", (route) => {
      route.config = { ...route.config, open: true };
    });
    assets.register(fastifyStatic, {
      root: deps.assets,
      prefix: "/assets/",
      decorateReply: false,
      cacheControl: false,
    });
  });
  app.register(async (pages) => {
    for (const addRoutes of [
      addSignInRoutes,
      addQueueRoutes,
      addAlertRoutes,
      addEvidenceRoutes,
      addDeviceRoutes,
      addAuditRoutes,
      addLiveRoute,
    ]) {
      addRoutes(pages, context, sendPage);
    }
  });
  app.addHook("onReady", async () => background.start());
  app.addHook("onClose", async () => background.stop());
  return app;
}

/** One answer with case data is one audit row, committed before the first byte leaves. */
function addAuditHook(app: FastifyInstance, deps: ConsoleDeps): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const fact = request.consulted;
    if (fact === undefined) {
      const mustSay = request.routeOptions.config.caseData === true && reply.statusCode < 300;
      if (mustSay) throw new RangeError("A route with case data did not say what it showed.");
      return payload;
    }
    request.consulted = undefined;
    await recordAudit(deps.store, deps, requireActor(request), fact);
    return payload;
  });
}
