import { limits } from "@overt/shared/limits.ts";
import type { Answer } from "./answer.ts";
import { answer, bringCode, bringFile, showEnrolment } from "./routes/enrol.ts";
import { chooseLanguage } from "./routes/language.ts";
import { answerChallenge, challenge } from "./routes/live.ts";
import { goOn, pauseForAnother } from "./routes/pause.ts";
import { saveAll, showRecord, showSent } from "./routes/records.ts";
import { say, showSay } from "./routes/say.ts";
import { goToFirst, showAbout, showOrder, showStatus } from "./routes/standing.ts";
import type { Visit } from "./visit.ts";

export interface Route {
  readonly answer: (visit: Visit) => Answer | Promise<Answer>;
  /** Largest body in bytes; a GET has none. */
  readonly maxBytes: number;
  /** Whether the body may be a form with a file. */
  readonly files: boolean;
}

const get = (answer: Route["answer"]): Route => ({ answer, maxBytes: 0, files: false });
const post = (answer: Route["answer"], maxBytes: number): Route => ({ answer, maxBytes, files: false });

const shortForm = 4 * 1024;
/** A statement of the longest kind, each character four bytes that a form writes as three signs each. */
const statementForm = limits.statementCharacters * 12 + shortForm;
const packForm = limits.enrolmentBody + shortForm;

/** Every page there is. `:n` stands for a number. */
export const routes: Readonly<Record<string, Route>> = {
  "GET /": get(goToFirst),
  "GET /enrol": get(showEnrolment),
  "GET /about": get(showAbout),
  "GET /status": get(showStatus),
  "GET /sent": get(showSent),
  "GET /sent/:n": get(showRecord),
  "GET /order": get(showOrder),
  "GET /say": get(showSay),
  "GET /export": get(saveAll),
  "GET /live": get(challenge),
  "POST /live": post(answerChallenge, 256),
  "POST /language": post(chooseLanguage, shortForm),
  "POST /enrol/file": { answer: bringFile, maxBytes: packForm, files: true },
  "POST /enrol/code": post(bringCode, shortForm),
  "POST /enrol/answer": post(answer, shortForm),
  "POST /say": post(say, statementForm),
  "POST /not-me": post(pauseForAnother, shortForm),
  "POST /go-on": post(goOn, shortForm),
};

/** The route of a request and the number in its path. */
export function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly id: number | undefined } | undefined {
  const digits = /\/([0-9]{1,15})$/.exec(path)?.[1];
  const name = `${method} ${digits === undefined ? path : `${path.slice(0, -digits.length)}:n`}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  return route && { route, id: digits === undefined ? undefined : Number(digits) };
}
