import { SearchEngine, Wrapper, wrapperKinds } from "@overt/shared/rules/language.ts";
import { compact, Fields, openFields, type Read, readInteger, readList, readText, readWord } from "../source/fields.ts";
import type { Problems } from "../source/problems.ts";
import type { Value } from "../source/value.ts";
import { readHostName, readSlug } from "./hosts.ts";
import { reportIssues } from "./issues.ts";

const engineKeys = ["engine", "names", "hosts", "paths", "parameters"];

/** engines.yaml: which query parameter of which hosts holds the words that were searched for. */
export function readEngine(value: Value, problems: Problems): SearchEngine | undefined {
  const fields = openFields(value, "a search engine", engineKeys, problems);
  if (fields === undefined) return undefined;
  if (fields.isMissing("names") && fields.isMissing("hosts")) {
    problems.error(fields.place, "a search engine needs names or hosts", "hosts: [search.example]");
  }
  const parsed = SearchEngine.safeParse({
    id: fields.required("engine", readSlug, "its-name"),
    names: fields.optional("names", readList(readText)) ?? [],
    hosts: fields.optional("hosts", readList(readHostName)) ?? [],
    paths: fields.optional("paths", readList(readText)) ?? [],
    parameters: fields.required("parameters", readList(readText), "[q]"),
  });
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, value, problems);
  return undefined;
}

const wrapperKeys = ["wrapper", "kind", "hosts", "path", "inner"];

/** wrappers.yaml: pages that show or lead to another page, and where its address stands. */
export function readWrapper(value: Value, problems: Problems): Wrapper | undefined {
  const fields = openFields(value, "a wrapper", wrapperKeys, problems);
  if (fields === undefined) return undefined;
  const parsed = Wrapper.safeParse({
    id: fields.required("wrapper", readSlug, "its-name"),
    kind: fields.required("kind", readWord("a kind", wrapperKinds), wrapperKinds.join(" | ")),
    hosts: fields.required("hosts", readList(readHostName), "[translate.example]"),
    path: fields.optional("path", readText) ?? "/",
    inner: fields.required("inner", readInner, "{ parameter: url } | { path-after: 1 } | label"),
  });
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, value, problems);
  return undefined;
}

const innerHelp = "{ parameter: url }, { path-after: 1 } or label";

const readInner: Read<Record<string, unknown>> = (value, problems) => {
  if (value.kind === "text" && value.text === "label") return { from: "label" };
  if (value.kind === "map") {
    const fields = new Fields(value, "inner", ["parameter", "path-after"], problems);
    if (fields.has("parameter"))
      return compact({ from: "parameter", names: fields.optional("parameter", readList(readText)) });
    if (fields.has("path-after")) {
      return compact({ from: "path", skip: fields.optional("path-after", readInteger("path-after", 0, 4)) });
    }
  }
  problems.error(value.place, "this does not say where the inner address stands", innerHelp);
  return undefined;
};
