import type { InjectOptions, LightMyRequestResponse } from "fastify";

type Answer = Pick<LightMyRequestResponse, "statusCode" | "headers" | "body" | "json">;
/** A console in this process, or whatever answers as one. */
export type Askable = { inject(options: InjectOptions): Promise<Answer> };

/** A console in another process, asked over the network. Rejects where the connection breaks. */
export function remoteConsole(origin: string): Askable {
  return {
    async inject({ method = "GET", url = "/", headers, payload }) {
      const body = typeof payload === "object" && payload !== null ? JSON.stringify(payload) : payload;
      const answer = await fetch(`${origin}${String(url)}`, {
        method,
        redirect: "manual",
        headers: {
          ...(headers as Record<string, string>),
          ...(typeof payload === "object" && { "content-type": "application/json" }),
        },
        ...(typeof body === "string" && { body }),
      });
      const text = await answer.text();
      const [cookie] = answer.headers.getSetCookie();
      return {
        statusCode: answer.status,
        headers: { ...Object.fromEntries(answer.headers), ...(cookie !== undefined && { "set-cookie": cookie }) },
        body: text,
        json: () => JSON.parse(text),
      };
    },
  };
}

/** A browser's part that matters here: one cookie, the form token of the last page, the headers browsers send. */
export class ConsoleClient {
  cookie: string | undefined;
  token = "";
  readonly #app: Askable;
  readonly #origin: string;

  constructor(app: Askable, origin: string) {
    this.#app = app;
    this.#origin = origin;
  }

  async signIn(link: string): Promise<this> {
    await this.get(`/sign-in/${link}`);
    await this.post(`/sign-in/${link}`);
    await this.get("/key");
    return this;
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.#app.inject({ method: "GET", url, headers: { ...this.#headers(), ...headers } });
    this.#keep(answer);
    return answer;
  }

  /** A form as a page without JavaScript sends it. */
  async post(url: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const answer = await this.#app.inject({
      method: "POST",
      url,
      headers: {
        ...this.#headers(),
        origin: this.#origin,
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      payload: new URLSearchParams({ _csrf: this.token, ...fields }).toString(),
    });
    this.#keep(answer);
    return answer;
  }

  /** What the client module sends. */
  async postJson(url: string, body: unknown) {
    const answer = await this.#app.inject({
      method: "POST",
      url,
      headers: { ...this.#headers(), origin: this.#origin, accept: "application/json", "csrf-token": this.token },
      payload: body as object,
    });
    this.#keep(answer);
    return answer;
  }

  #headers(): Record<string, string> {
    const host = new URL(this.#origin).host;
    return this.cookie === undefined ? { host } : { host, cookie: this.cookie };
  }

  #keep(answer: Answer): void {
    const [cookie] = [answer.headers["set-cookie"] ?? []].flat();
    if (cookie !== undefined) this.cookie = cookie.split(";", 1)[0];
    const [, token] = /name="_csrf" value="([^"]+)"/.exec(answer.body) ?? [];
    if (token !== undefined) this.token = token;
  }
}
