import { parseHex, toHex } from "@overt/shared/bytes.ts";
import { type BoxKey, boxKeyFromSeed } from "@overt/shared/crypto/x25519.ts";
import { find, readMeta, readText, say } from "./page.ts";

/** In this tab only, until it is closed or the reviewer signs out; the server never sees it. */
const slot = "overt-reviewer-key";

export function findKey(): BoxKey | undefined {
  const stored = sessionStorage.getItem(slot);
  return stored === null ? undefined : parseSecret(stored);
}

export function forgetKey(): void {
  sessionStorage.removeItem(slot);
}

/** True where the key is the one that the roster names for the reviewer of this page. */
export function isOwnKey(key: BoxKey): boolean {
  return toHex(key.publicKey) === readMeta("box-key");
}

/** Takes the key that a practice link carries in its fragment, which browsers do not send, and clears the address. */
export function takeKeyFromAddress(): boolean {
  const secret = new URLSearchParams(location.hash.slice(1)).get("key");
  if (secret === null) return false;
  history.replaceState(null, "", location.pathname + location.search);
  const key = parseSecret(secret);
  if (key !== undefined) sessionStorage.setItem(slot, toHex(key.secretKey));
  return key !== undefined;
}

/** Key panel of the alert page and of "Your key": says what is there, loads a file, forgets. */
export function wireKeyPanel(): void {
  const panel = find(document, "[data-key-panel]");
  if (panel === undefined) return;
  panel.hidden = false;
  const state = find(panel, "[data-key-state]");
  const load = find(panel, "[data-key-load]");
  const show = () => {
    const key = findKey();
    const word =
      key === undefined ? "evidence.keyMissing" : isOwnKey(key) ? "evidence.keyPresent" : "evidence.keyOther";
    say(state, readText(word));
    if (load !== undefined) load.hidden = key !== undefined && isOwnKey(key);
  };
  find<HTMLInputElement>(panel, "[data-key-file]")?.addEventListener("change", async (event) => {
    const input = event.currentTarget as HTMLInputElement;
    const key = parseKeyFile((await input.files?.[0]?.text()) ?? "");
    input.value = "";
    if (key === undefined) return say(state, readText("key.bad"));
    if (!isOwnKey(key)) return say(state, readText("key.other"));
    sessionStorage.setItem(slot, toHex(key.secretKey));
    show();
  });
  find(panel, "[data-key-forget]")?.addEventListener("click", () => {
    forgetKey();
    show();
    say(state, readText("key.forgotten"));
  });
  show();
}

/** A reviewer's key file: JSON whose `seed` (or `secretKey`) is 32 bytes in hex. */
function parseKeyFile(text: string): BoxKey | undefined {
  try {
    const file: unknown = JSON.parse(text);
    if (typeof file !== "object" || file === null) return undefined;
    const secret: unknown = Reflect.get(file, "seed") ?? Reflect.get(file, "secretKey");
    return typeof secret === "string" ? parseSecret(secret) : undefined;
  } catch {
    return undefined;
  }
}

function parseSecret(hex: string): BoxKey | undefined {
  try {
    return boxKeyFromSeed(parseHex(hex));
  } catch {
    return undefined;
  }
}
