import { parseUtf8 } from "@overt/shared/bytes.ts";
import { parseJson } from "@overt/shared/crypto/canonical.ts";
import { PolicyError, VerificationError } from "@overt/shared/errors.ts";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { requireUniqueKeys } from "./unique-keys.ts";

/** Bodies stay bytes until a route parses them: Fastify's own parser takes repeated keys. */
export function addRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const type of ["application/json", "application/octet-stream"]) {
    app.addContentTypeParser(type, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
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
