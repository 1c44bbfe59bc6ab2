import type { Acknowledgement } from "@overt/shared/protocol/enrolment.ts";
import { sayTime } from "../cli/time.ts";
import type { Revealed } from "./exchange.ts";

const languages = { en: "English", cy: "Welsh", "en-x-easy": "Easy Read" } as const;
const storage = {
  "os-protected": "kept by the operating system",
  "software-unprotected": "a file that the account can read",
} as const;

/** The person's answer, for the officer's eyes before the signature. */
export function describeAnswer({ answer, code }: Revealed): string {
  return [
    `The answer for ${answer.caseRef}: ${outcomeWords(answer)}`,
    `  notice       read in ${languages[answer.language]}, ${sayCount(answer.screens.length)}, ${readingTime(answer)}`,
    `  paper copy   ${answer.copyGiven ? "given" : "NOT given"}`,
    `  device       ${answer.os}, agent ${answer.agentVersion}; its key is ${storage[answer.keyStorage]}`,
    `  at           ${sayTime(answer.at)}`,
    `  your digits  ${code.slice(0, 4)} ${code.slice(4)}`,
  ].join("\n");
}

function outcomeWords({ outcome }: Acknowledgement): string {
  return outcome === "acknowledged"
    ? "the person acknowledges"
    : "THE PERSON DECLINES. Countersign it all the same: it is a signed outcome, and nothing is monitored";
}

function sayCount(screens: number): string {
  return screens === 1 ? "1 screen" : `${screens} screens`;
}

function readingTime({ screens }: Acknowledgement): string {
  const seconds = screens.reduce((sum, screen) => sum + screen.seconds, 0);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
