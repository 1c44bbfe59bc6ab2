import { join } from "node:path";
import type { PageModels } from "./page-models.ts";

/** A page of HTML from its own model. */
export type Render = <Name extends keyof PageModels>(page: Name, model: PageModels[Name]) => Promise<string>;

/**
 * Nunjucks with autoescaping over the person's pages; no page turns it off. The template engine is loaded with the
 * first page, so that an agent whose notice is the badge does not carry it.
 */
export function buildRender(): Render {
  let environment: Promise<{ render(name: string, model: object): string }> | undefined;
  const open = async () => {
    const { default: nunjucks } = await import("nunjucks");
    const loader = new nunjucks.FileSystemLoader(join(import.meta.dirname, "pages"), { noCache: false });
    const options = { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true };
    return new nunjucks.Environment(loader, options);
  };
  return async (page, model) => {
    environment ??= open();
    return (await environment).render(`${page}.njk`, model);
  };
}
