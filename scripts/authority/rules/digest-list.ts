import { utf8 } from "@overt/shared/bytes.ts";
import type { CompileList } from "./compile.ts";

/** A list's own lines in place of its binary form, where only its identity matters. */
export const digestList: CompileList = (_id, hosts) => utf8(hosts.join("\n"));
