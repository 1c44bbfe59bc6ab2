import { parseUtf8 } from "@overt/shared/bytes.ts";
import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { requireUniqueKeys } from "./unique-keys.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The body is bytes of no form, such as a sealed blob; every other body is JSON. */
    octets?: boolean;
  }
}

const octetType = "application/octet-stream";

/** Bodies stay bytes until a route parses them: Fastify's own parser takes repeated keys. */
export function addRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const type of ["application/json", octetType]) {
    app.addContentTypeParser(type, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  }
  app.addHook("preParsing", async (request) => requirePlainBody(request));
}

/** Before a byte of the body is read: of the route's own type, and not compressed, so that its size is what was sent. */
function requirePlainBody({ headers, routeOptions }: FastifyRequest): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new VerificationError("WRONG_TYPE", "A compressed body is not taken here.");
  }
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  const isOctets = type === octetType;
  if (type !== undefined && isOctets !== (routeOptions.config.octets === true)) {
    throw new VerificationError("WRONG_TYPE", "The body is of another type than taken here.");
  }
}

/** The body as JSON of this schema. Throws BAD_ENCODING, BAD_JSON, TOO_LARGE, BAD_SCHEMA. */
export function readBody<T>(body: unknown, schema: z.ZodType<T>): T {
  if (!(body instanceof Uint8Array)) throw new VerificationError("BAD_JSON", "A JSON body was expected.");
  const bytes = new Uint8Array(body);
  const value = parseJson(bytes);
  requireUniqueKeys(parseUtf8(bytes));
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new VerificationError(
      "BAD_SCHEMA",
      `The body does not fit at ${String(parsed.error.issues[0]?.path[0] ?? "the top")}.`,
    );
  }
  return parsed.data;
}

/** Path parameters and queries; what does not fit is not found. */
export function readParams<T>(params: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new PolicyError("NOT_FOUND", "There is nothing here.");
  return parsed.data;
}
