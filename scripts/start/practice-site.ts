import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A small web on loopback for trying things out: the browser maps every name under `practice.example` to it, so rules on
 * host names meet real navigations and nothing leaves the machine.
 */
export interface PracticeSite {
  readonly port: number;
  close(): Promise<void>;
}

interface Page {
  readonly title: string;
  readonly body: string;
}

export const practiceHosts = {
  home: "www.practice.example",
  listed: "lantern-chat.practice.example",
  shop: "garden-shop.practice.example",
  search: "search.practice.example",
  protected: "solicitor.practice.example",
} as const;

function link(host: string, path: string, text: string): string {
  return `<a href="http://${host}${path}">${text}</a>`;
}

const pages: Readonly<Record<string, (query: URLSearchParams) => Page>> = {
  [practiceHosts.home]: () => ({
    title: "Practice web",
    body: `<p>Five places to visit. Stay on a page for a second or two; pages that only flash past are not observed.</p>
<ul>
<li>${link(practiceHosts.listed, "/", "Lantern Chat")}: the practice order forbids it, so this visit makes an alert</li>
<li>${link(practiceHosts.shop, "/", "Garden Shop")}: nothing happens</li>
<li>${link(practiceHosts.search, "/?q=purple+lantern+meeting", "A search for “purple lantern meeting”")}: a search phrase that a rule looks for</li>
<li>${link(practiceHosts.search, "/?q=lantern+repair", "A search for “lantern repair”")}: nothing happens</li>
<li>${link(practiceHosts.protected, "/", "Your solicitor")}: protected, never looked at</li>
</ul>`,
  }),
  [practiceHosts.listed]: () => ({
    title: "Lantern Chat",
    body: "<p>A fictitious chat site. The practice order's clause names places like this one.</p>",
  }),
  [practiceHosts.shop]: () => ({ title: "Garden Shop", body: "<p>Spades, seeds and watering cans.</p>" }),
  [practiceHosts.search]: (query) => ({
    title: "Practice search",
    body: `<form action="/"><label>Search <input name="q" value="${escapeHtml(query.get("q") ?? "")}"></label> <button>Search</button></form><p>No results: this is a practice page.</p>`,
  }),
  [practiceHosts.protected]: () => ({
    title: "Your solicitor",
    body: "<p>A protected place. What happens here is not matched, not recorded and not sent.</p>",
  }),
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function renderPage({ title, body }: Page): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<style>body{font:18px/1.5 Arial,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}.p{background:#fff7bf;border:2px solid #0b0c0c;padding:.5rem 1rem}</style></head>
<body><p class="p"><strong>PRACTICE</strong> – a page on this machine only</p><main><h1>${title}</h1>${body}<p>${link(practiceHosts.home, "/", "All practice pages")}</p></main></body></html>`;
}

export async function openPracticeSite(port = 0): Promise<PracticeSite> {
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? practiceHosts.home}`);
    const page = pages[url.hostname];
    const known = page !== undefined && url.pathname === "/";
    response.writeHead(known ? 200 : 404, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(renderPage(known ? page(url.searchParams) : { title: "No such page", body: "" }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
