import type { Share } from "../score/interval.ts";
import { html, type Markup } from "./markup.ts";
import { sayShare } from "./share.ts";

export type ForestRow = { readonly name: string; readonly marked: boolean; readonly shares: readonly Share[] };
export type Series = { readonly name: string; readonly shape: "dot" | "square" };

const left = 210;
const width = 430;
const right = 20;
const rowHeight = 26;
const top = 26;

/** A forest plot: each share as a point with its interval as a line, from 0 to `most`. Series differ by shape, not by colour alone. */
export function drawForest(label: string, series: readonly Series[], rows: readonly ForestRow[], most = 1): Markup {
  const height = top + rows.length * rowHeight + 30;
  const x = (value: number) => round(left + (Math.min(value, most) / most) * width);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);
  const grid = ticks.map(
    (tick) => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top - 6}" y2="${height - 26}"/>
<text class="tick" x="${x(tick)}" y="${height - 10}">${tick.toFixed(2)}</text>`,
  );
  const body = rows.map((row, at) => {
    const y = top + at * rowHeight + 10;
    const marks = row.shares.map((share, index) =>
      drawShare(share, series[index], x, y + (index - (row.shares.length - 1) / 2) * 9),
    );
    return html`<text class="name" x="${left - 12}" y="${y + 4}">${row.marked ? `${row.name} *` : row.name}</text>${marks}`;
  });
  const key = series.map(
    (one, at) =>
      html`${drawMark(one, left + 6 + at * 120, 8)}<text class="key" x="${left + 16 + at * 120}" y="12">${one.name}</text>`,
  );
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${left + width + right} ${height}" width="${left + width + right}" height="${height}">
${grid}${key}${body}</svg>`;
}

function drawShare(share: Share, series: Series | undefined, x: (value: number) => number, y: number): Markup {
  if (share.value === undefined || series === undefined) return html``;
  return html`<g class="${series.shape}"><title>${series.name} ${sayShare(share)}</title>
<line x1="${x(share.low)}" x2="${x(share.high)}" y1="${y}" y2="${y}"/>${drawMark(series, x(share.value), y)}</g>`;
}

function drawMark({ shape }: Series, x: number, y: number): Markup {
  return shape === "dot"
    ? html`<circle class="dot" cx="${x}" cy="${y}" r="4"/>`
    : html`<rect class="square" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
