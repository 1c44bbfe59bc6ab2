import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A small web on loopback for trying things out: the browser maps every name under `practice.example` to it, so rules on
 * host names meet real navigations and nothing leaves the machine.
 */
export interface PracticeSite {
  readonly port: number;
  /** How often a page was handed out, for whatever reason the browser asked. */
  timesServed(host: string, path?: string): number;
  close(): Promise<void>;
}

type Answer = { readonly title: string; readonly body: string } | { readonly redirect: string };

export const practiceHosts = {
  home: "www.practice.example",
  listed: "lantern-chat.practice.example",
  board: "notice-board.practice.example",
  shop: "garden-shop.practice.example",
  search: "search.practice.example",
  protected: "solicitor.practice.example",
} as const;

/** Pages of the shop that load, or pass through, what the practice order forbids, without anybody seeing it. */
export const quietPaths = {
  frame: "/hidden-frame",
  prefetch: "/prefetch",
  passing: "/passing-through",
  moving: "/moves-on",
  background: "/opens-behind",
} as const;

function addressOf(host: string, path = "/"): string {
  return `http://${host}${path}`;
}

function link(host: string, path: string, text: string): string {
  return `<a href="${addressOf(host, path)}">${text}</a>`;
}

const shop = (rest: string): Answer => ({
  title: "Garden Shop",
  body: `<p>Spades, seeds and watering cans.</p>${rest}`,
});

const pages: Readonly<Record<string, (query: URLSearchParams) => Answer>> = {
  [`${practiceHosts.home}/`]: () => ({
    title: "Practice web",
    body: `<p>Stay on a page for a second or two; pages that only flash past are not observed.</p>
<h2>These make an alert</h2>
<ul>
<li>${link(practiceHosts.listed, "/", "Lantern Chat")}: the practice order forbids it</li>
<li>${link(practiceHosts.search, "/?q=purple+lantern+meeting", "A search for “purple lantern meeting”")}: a search phrase that a rule looks for</li>
<li>${link(practiceHosts.board, "/", "The notice board")}: its title holds the same phrase</li>
</ul>
<h2>These do not</h2>
<ul>
<li>${link(practiceHosts.shop, "/", "Garden Shop")}: nothing in it is looked for</li>
<li>${link(practiceHosts.search, "/?q=lantern+repair", "A search for “lantern repair”")}: not the phrase</li>
<li>${link(practiceHosts.protected, "/", "Your solicitor")}: protected, never looked at</li>
<li>${link(practiceHosts.shop, quietPaths.frame, "A shop page with Lantern Chat in a hidden frame")}: nobody opened it</li>
<li>${link(practiceHosts.shop, quietPaths.prefetch, "A shop page that fetches Lantern Chat ahead")}: nobody saw it</li>
<li>${link(practiceHosts.listed, quietPaths.passing, "A link through Lantern Chat to the shop")}: it only passed by</li>
<li>${link(practiceHosts.listed, quietPaths.moving, "A page of Lantern Chat that moves on to the shop")}: gone within a second</li>
<li>${link(practiceHosts.shop, quietPaths.background, "A shop page that links to Lantern Chat")}: opened in a tab behind, it counts once you look at it</li>
</ul>`,
  }),
  [`${practiceHosts.listed}/`]: () => ({
    title: "Lantern Chat",
    body: "<p>A fictitious chat site. The practice order's clause names places like this one.</p>",
  }),
  [`${practiceHosts.listed}${quietPaths.passing}`]: () => ({ redirect: addressOf(practiceHosts.shop) }),
  [`${practiceHosts.listed}${quietPaths.moving}`]: () => ({
    title: "Lantern Chat",
    body: `<script>location.replace(${JSON.stringify(addressOf(practiceHosts.shop))})</script>`,
  }),
  [`${practiceHosts.board}/`]: () => ({
    title: "Purple Lantern: next meeting",
    body: "<p>A fictitious notice. A rule looks for the name in the page's title.</p>",
  }),
  [`${practiceHosts.shop}/`]: () => shop(""),
  [`${practiceHosts.shop}${quietPaths.frame}`]: () =>
    shop(`<iframe src="${addressOf(practiceHosts.listed)}" hidden></iframe>`),
  [`${practiceHosts.shop}${quietPaths.prefetch}`]: () =>
    shop(`<link rel="prefetch" href="${addressOf(practiceHosts.listed)}">`),
  [`${practiceHosts.shop}${quietPaths.background}`]: () =>
    shop(`<p>${link(practiceHosts.listed, "/", "Lantern Chat")}</p>`),
  [`${practiceHosts.search}/`]: (query) => ({
    title: "Practice search",
    body: `<form action="/"><label>Search <input name="q" value="${escapeHtml(query.get("q") ?? "")}"></label> <button>Search</button></form><p>No results: this is a practice page.</p>`,
  }),
  [`${practiceHosts.protected}/`]: () => ({
    title: "Your solicitor",
    body: "<p>A protected place. What happens here is not matched, not recorded and not sent.</p>",
  }),
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function renderPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<style>body{font:18px/1.5 Arial,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}.p{background:#fff7bf;border:2px solid #0b0c0c;padding:.5rem 1rem}</style></head>
<body><p class="p"><strong>PRACTICE</strong> – a page on this machine only</p><main><h1>${title}</h1>${body}<p>${link(practiceHosts.home, "/", "All practice pages")}</p></main></body></html>`;
}

export async function openPracticeSite(port = 0): Promise<PracticeSite> {
  const served = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? practiceHosts.home}`);
    const name = `${url.hostname}${url.pathname}`;
    const answer = Object.hasOwn(pages, name) ? pages[name]?.(url.searchParams) : undefined;
    if (answer !== undefined) served.set(name, (served.get(name) ?? 0) + 1);
    if (answer !== undefined && "redirect" in answer) {
      response.writeHead(302, { location: answer.redirect, "cache-control": "no-store" }).end();
      return;
    }
    const type = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
    response.writeHead(answer === undefined ? 404 : 200, type);
    response.end(renderPage(answer?.title ?? "No such page", answer?.body ?? ""));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    timesServed: (host, path = "/") => served.get(`${host}${path}`) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
