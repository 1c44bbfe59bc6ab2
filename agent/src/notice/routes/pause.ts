import type { Answer } from "../answer.ts";
import type { Visit } from "../visit.ts";

/** Whoever sits here says that it is not the person whom the order is about. Nothing else is asked of them. */
export function pauseForAnother({ source }: Visit): Answer {
  source.pauseForAnother();
  return { kind: "redirect", to: "/status" };
}

/** The person is back before the pause has ended by itself. */
export function goOn({ source }: Visit): Answer {
  source.goOn();
  return { kind: "redirect", to: "/status" };
}
