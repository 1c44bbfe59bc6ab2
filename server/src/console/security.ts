import csrf from "@fastify/csrf-protection";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import secureSession from "@fastify/secure-session";
import { PolicyError } from "@overt/shared/errors.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { findSession, type SignInDeps } from "../domain/sign-in.ts";
import type { ConsoleDeps } from "./deps.ts";
import { requireActor } from "./request.ts";

declare module "@fastify/secure-session" {
  interface SessionData {
    id: string;
  }
}

/** Browsers take a Secure cookie from a loopback address over http too, so one name serves practice and production. */
export const cookieName = "__Host-overt-console";
const sessionField = "id";

/** Headers, cookie, session, and the checks that every request passes before its route. */
export function addSecurity(app: FastifyInstance, deps: ConsoleDeps, signInDeps: SignInDeps): void {
  const { host } = new URL(deps.origin);

  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    // A name that somebody else's DNS points here is not ours.
    if (request.headers.host !== host) throw new PolicyError("NOT_FOUND", "There is no such page.");
  });

  app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["overt-morph"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    hsts: deps.origin.startsWith("https:"),
    crossOriginEmbedderPolicy: true,
  });

  app.register(rateLimit, { global: false, max: 30, timeWindow: 60_000 });
  app.register(secureSession, {
    key: Buffer.from(deps.sessionKey),
    cookieName,
    cookie: { path: "/", httpOnly: true, secure: true, sameSite: "strict" },
  });
  app.register(csrf, { sessionPlugin: "@fastify/secure-session" });

  app.decorateRequest("actor", undefined);
  app.decorateRequest("consulted", undefined);
  app.addHook("preValidation", async (request) => {
    await loadSession(request, signInDeps);
    if (request.routeOptions.config.open !== true) requireActor(request);
    if (isChange(request)) requireSameOrigin(request, deps.origin);
  });
  app.addHook("preValidation", (request, reply, done) => {
    if (isChange(request)) app.csrfProtection(request, reply, done);
    else done();
  });
  app.addHook("preValidation", async ({ body }) => {
    if (typeof body === "object" && body !== null) Reflect.deleteProperty(body, "_csrf");
  });
}

/** Ties the browser to this session only: whatever the cookie held before is gone. */
export function startSession(request: FastifyRequest, session: string): void {
  request.session.regenerate();
  request.session.set(sessionField, session);
}

export function sessionOf(request: FastifyRequest): string | undefined {
  return request.session.get(sessionField);
}

async function loadSession(request: FastifyRequest, deps: SignInDeps): Promise<void> {
  const session = sessionOf(request);
  if (session === undefined) return;
  const found = await findSession(deps, session, { passive: request.routeOptions.config.passive === true });
  request.actor = found?.actor;
  if (found?.next !== undefined) request.session.set(sessionField, found.next);
}

function isChange(request: FastifyRequest): boolean {
  return request.method !== "GET" && request.method !== "HEAD";
}

function requireSameOrigin(request: FastifyRequest, origin: string): void {
  if (request.headers.origin === origin) return;
  throw new PolicyError("FORBIDDEN", "The form was not sent from a page of this console.");
}
