import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import nunjucks from "nunjucks";
import { describeTime } from "./words.ts";

export type Render = (page: string, model: object) => string;

/** Nunjucks with autoescaping over the person's pages; no page turns it off. */
export function buildRender(): Render {
  const require = createRequire(import.meta.url);
  const kit = join(dirname(require.resolve("govuk-frontend/package.json")), "dist");
  const loader = new nunjucks.FileSystemLoader([join(import.meta.dirname, "pages"), kit], { noCache: false });
  const environment = new nunjucks.Environment(loader, { autoescape: true, throwOnUndefined: false });
  environment.addFilter("time", describeTime);
  environment.addFilter("pretty", (value: unknown) => JSON.stringify(value, undefined, 2));
  return (page, model) => environment.render(`${page}.njk`, model);
}
