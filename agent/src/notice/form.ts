import type { IncomingMessage } from "node:http";
import { VerificationError } from "@overt/shared/errors.ts";

/** The fields of a posted form as text; a file's field is the file's text. A field that came twice keeps its first. */
export type Form = ReadonlyMap<string, string>;

/**
 * Reads a posted form of at most `maxBytes`, of the kind that the route takes. Throws TOO_LARGE, WRONG_TYPE, BAD_ENCODING.
 */
export async function readForm(
  request: IncomingMessage,
  wanted: { readonly maxBytes: number; readonly files: boolean },
): Promise<Form> {
  const type = request.headers["content-type"] ?? "";
  const kind = type.split(";", 1)[0]?.trim().toLowerCase();
  if (kind === "application/x-www-form-urlencoded") {
    const body = await readBody(request, wanted.maxBytes);
    return firstOfEach([...new URLSearchParams(body.toString("utf8"))]);
  }
  if (kind !== "multipart/form-data" || !wanted.files) throw wrongType();
  return readFiles(await readBody(request, wanted.maxBytes), type);
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const tooLarge = () => new VerificationError("TOO_LARGE", "What was sent is larger than allowed.");
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function readFiles(body: Buffer<ArrayBuffer>, type: string): Promise<Form> {
  const data = await new Response(body, { headers: { "content-type": type } }).formData().catch(() => undefined);
  if (data === undefined) throw new VerificationError("BAD_ENCODING", "The form could not be read.");
  const fields: [string, string][] = [];
  for (const [name, value] of data) fields.push([name, typeof value === "string" ? value : await value.text()]);
  return firstOfEach(fields);
}

function firstOfEach(fields: readonly (readonly [string, string])[]): Form {
  return new Map([...fields].reverse());
}

function wrongType(): VerificationError {
  return new VerificationError("WRONG_TYPE", "The form was sent in a way that this page does not take.");
}
