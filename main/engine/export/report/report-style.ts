/** The look of an HTML report, on screen and on paper. */
export const reportStyle = `
:root { color-scheme: light; --ink: #161a21; --soft: #465062; --line: #dde1e8; --accent: #2457c5; --good: #17693f; --bad: #b3261e; --band: #eceff4; }
* { box-sizing: border-box; }
body { margin: 0; background: #f5f6f8; color: var(--ink); font: 14px/1.5 'Inter Variable', Inter, system-ui, 'DejaVu Sans', sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1120px; margin: 32px auto; padding: 40px 48px; background: #fff; border: 1px solid var(--line); border-radius: 8px; }
header { border-bottom: 2px solid var(--accent); margin-bottom: 28px; padding-bottom: 12px; }
.brand { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
h1 { font-size: 26px; line-height: 1.2; margin: 4px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 28px 0 10px; }
p, li { color: var(--soft); max-width: 90ch; margin: 6px 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; margin: 12px 0; }
th { text-align: left; color: var(--soft); font-weight: 600; border-bottom: 1px solid #8a93a3; padding: 6px 10px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 5px 10px 5px 0; vertical-align: top; }
td:first-child, td:nth-child(2), td:last-child { overflow-wrap: anywhere; }
td.faster { color: var(--good); font-weight: 600; } td.slower { color: var(--bad); font-weight: 600; }
figure { margin: 12px 0; } figcaption { color: var(--soft); font-size: 12.5px; }
svg { width: 100%; height: auto; font: 11.5px 'Inter Variable', Inter, system-ui, 'DejaVu Sans', sans-serif; }
.label { text-anchor: end; fill: var(--ink); } .tick { text-anchor: middle; fill: var(--soft); }
.grid { stroke: var(--line); } .whisker { stroke: #6b7686; } .box { fill: #cfdcf6; stroke: var(--accent); } .median { stroke: var(--accent); stroke-width: 2.5; }
.band { fill: var(--band); } .interval { stroke-width: 3; }
.good { stroke: var(--good); fill: var(--good); } .bad { stroke: var(--bad); fill: var(--bad); } .plain { stroke: #6b7686; fill: #6b7686; }
@page { size: A4 landscape; margin: 14mm; }
@media print {
  body { background: #fff; font-size: 10.5px; } main { margin: 0; padding: 0; border: 0; max-width: none; }
  table { font-size: 9.5px; } thead { display: table-header-group; } tr, figure { break-inside: avoid; } h2 { break-after: avoid; }
}
`.trim();
