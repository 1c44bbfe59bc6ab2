import { type ErrorCode, OvertError, PolicyError } from "@overt/shared/errors.ts";
import type { Problem } from "@overt/shared/protocol/wire.ts";
import type { FastifyError, FastifyInstance } from "fastify";
import { statuses } from "../http/statuses.ts";
import type { SendPage } from "./context.ts";
import { wantsJson } from "./request.ts";

/** Turns every error into a page or, for the client module, a problem (RFC 9457). What is unexpected is logged, not shown. */
export function addErrorPages(app: FastifyInstance, sendPage: SendPage): void {
  app.setNotFoundHandler(() => {
    throw new PolicyError("NOT_FOUND", "There is nothing here for you.");
  });
  app.setErrorHandler<Error>(async (error, request, reply) => {
    const shown = describeError(error);
    if (shown.status >= 500) request.log.error({ err: error }, "the request failed");
    request.consulted = undefined;
    reply.code(shown.status);
    if (wantsJson(request)) {
      const problem: Problem = { type: `urn:overt:problem:${shown.code.toLowerCase()}`, ...shown };
      return reply.type("application/problem+json").send(problem);
    }
    const backTo = request.actor === undefined ? "" : "/queue";
    return sendPage(request, reply, "error", { ...shown, backTo });
  });
}

interface ShownError {
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
}

function describeError(error: Error): ShownError {
  if (error instanceof OvertError) {
    const status = statuses[error.code];
    // A store's or verifier's message may be of use to nobody but the operator.
    const detail =
      status >= 500 ? "The console could not do this. Nothing was changed. Try again in a minute." : error.message;
    return { status, code: error.code, title: titles[status] ?? "This did not work", detail };
  }
  const status = "statusCode" in error ? Number((error as FastifyError).statusCode) : 500;
  if (status === 429)
    return { status, code: "RATE_LIMITED", title: titles[429] ?? "", detail: "Wait a minute and try again." };
  if (status === 403) {
    return {
      status,
      code: "FORBIDDEN",
      title: "This form is out of date",
      detail: "Go back, reload the page and send it again. What you typed is still there.",
    };
  }
  if (status >= 400 && status < 500) {
    return {
      status,
      code: "BAD_FORM",
      title: titles[400] ?? "",
      detail: "The request is not in the form this page expects.",
    };
  }
  return {
    status: 500,
    code: "STORE_FAILED",
    title: titles[500] ?? "",
    detail: "The console could not do this. Nothing was changed. Try again in a minute.",
  };
}

const titles: Readonly<Record<number, string>> = {
  400: "There is a problem with what was sent",
  401: "You are not signed in",
  403: "You cannot do this",
  404: "Page not found",
  409: "Something has changed meanwhile",
  422: "This could not be verified",
  424: "Something has to come first",
  429: "Too many attempts",
  500: "There is a problem with the console",
};
