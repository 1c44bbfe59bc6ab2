/** The look of the report; readable on paper and in the dark. */
export const style = `
:root { color-scheme: light dark; --ink: #0b0c0c; --quiet: #505a5f; --line: #b1b4b6; --page: #fff; --dot: #1d70b8; --square: #b14d00; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --quiet: #b1b4b6; --line: #505a5f; --page: #0b0c0c; --dot: #7fb4e6; --square: #ffa15c; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.8rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1rem 0; }
.figures dd { margin: 0; } .figures b { font-size: 1.6rem; } .figures dt { color: var(--quiet); }
.figures small { display: block; color: var(--quiet); max-width: 17rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .6rem 0; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody th { font-weight: normal; } td { text-align: right; } thead th + th { text-align: right; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 13px; }
svg .name { text-anchor: end; } svg .tick { text-anchor: middle; fill: var(--quiet); }
svg .grid { stroke: var(--line); stroke-dasharray: 2 3; }
svg .dot line { stroke: var(--dot); stroke-width: 2; } svg circle { fill: var(--dot); }
svg .square line { stroke: var(--square); stroke-width: 2; } svg rect { fill: var(--square); }
details { margin: .3rem 0; } li { margin: .25rem 0; overflow-wrap: anywhere; } li span, li small, summary { color: var(--quiet); }
summary { color: var(--ink); cursor: pointer; }
@media print { details { display: none; } main { max-width: none; } }
`;
