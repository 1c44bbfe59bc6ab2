import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** HTML, a redirect, or a function that answers by itself. */
export type SitePage =
  | string
  | { readonly redirect: string }
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface WebSite {
  readonly port: number;
  /** Paths asked for so far, with the browser's stated purpose (prefetch, prerender) where it gave one. */
  readonly requests: readonly { readonly path: string; readonly purpose: string | undefined }[];
  close(): Promise<void>;
}

/** A web site on loopback for tests; pages by path, the same for every host name. */
export async function openWebSite(pages: Readonly<Record<string, SitePage>>): Promise<WebSite> {
  const requests: { path: string; purpose: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    requests.push({ path, purpose: request.headers["sec-purpose"]?.toString() });
    const page = pages[path];
    if (page === undefined) response.writeHead(404).end();
    else if (typeof page === "function") page(request, response);
    else if (typeof page === "string") response.writeHead(200, { "content-type": "text/html" }).end(page);
    else response.writeHead(302, { location: page.redirect }).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
