import type { ServerResponse } from "node:http";
import type { PageModels } from "./page-models.ts";
import type { Render } from "./render.ts";

/** What a route answers with. Paths of redirects are below the base. */
export type Answer =
  | { readonly kind: "page"; readonly status: number; readonly html: (render: Render) => Promise<string> }
  | { readonly kind: "redirect"; readonly to: string; readonly cookie?: string }
  | { readonly kind: "json"; readonly value: object }
  | { readonly kind: "file"; readonly type: string; readonly body: Uint8Array }
  | { readonly kind: "download"; readonly filename: string; readonly text: string };

export function pageAnswer<Name extends keyof PageModels>(name: Name, model: PageModels[Name], status = 200): Answer {
  return { kind: "page", status, html: (render) => render(name, model) };
}

/** On every answer, refusals included: kept by nobody, framed by nobody, and no script but our own file. */
export function setSafeHeaders(response: ServerResponse): void {
  const headers = {
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Not `no-referrer`: under that a browser sends `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), display-capture=()",
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

export async function sendAnswer(
  answer: Answer,
  response: ServerResponse,
  render: Render,
  base: string,
): Promise<void> {
  switch (answer.kind) {
    case "page":
      sendBody(response, answer.status, "text/html; charset=utf-8", await answer.html(render));
      return;
    case "redirect":
      if (answer.cookie !== undefined) response.setHeader("set-cookie", answer.cookie);
      response.writeHead(303, { location: `${base}${answer.to}` }).end();
      return;
    case "json":
      sendBody(response, 200, "application/json", JSON.stringify(answer.value));
      return;
    case "file":
      sendBody(response, 200, answer.type, answer.body);
      return;
    case "download": {
      const name = answer.filename.replaceAll(/[^\w.-]/g, "");
      response.setHeader("content-disposition", `attachment; filename="${name}"`);
      sendBody(response, 200, "application/json", answer.text);
    }
  }
}

function sendBody(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
