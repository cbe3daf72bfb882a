/** Of the page: colours for light and dark from one set of names, and nothing that is fetched. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfcfe; --card: #ffffff; --ink: #14202e; --soft: #56657a; --line: #dde4ee; --faint: #eef2f8;
  --blue: #2563b8; --good: #1f6f54; --good-back: #e3f3ec; --bad: #b3401c; --bad-back: #fbe9e2;
  --wait: #b07900; --work: #2563b8; --pause: #8a5aa8; --gap: #a9b5c5;
  --shadow: 0 1px 2px rgb(20 32 46 / 6%), 0 8px 24px -16px rgb(20 32 46 / 24%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e141c; --card: #161e29; --ink: #e7edf5; --soft: #9dacc0; --line: #2a3646; --faint: #1d2734;
    --blue: #77aef5; --good: #6fd0a8; --good-back: #143429; --bad: #f79a76; --bad-back: #3d1f15;
    --wait: #e0a93b; --work: #77aef5; --pause: #c79be3; --gap: #55647a;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 "Inter", "Segoe UI", "Helvetica Neue", Roboto, "DejaVu Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 48px 24px 72px; }
header { margin-bottom: 28px; }
.kicker { color: var(--blue); font-weight: 600; letter-spacing: .02em; margin: 0 0 6px; }
h1 { font-size: clamp(24px, 3.4vw, 34px); line-height: 1.2; letter-spacing: -.018em; margin: 0 0 16px; text-wrap: balance; max-width: 24em; }
h2 { font-size: 18px; letter-spacing: -.01em; margin: 0 0 4px; }
.about { color: var(--soft); margin: 0 0 16px; max-width: 68ch; }
.answer { display: inline-flex; gap: 10px; padding: 7px 14px; border-radius: 999px; font-weight: 600; }
.answer.kept { color: var(--good); background: var(--good-back); }
.answer.missed { color: var(--bad); background: var(--bad-back); }
.facts { color: var(--soft); margin: 14px 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 12px; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.tile { padding: 14px 16px; }
.tile dt { color: var(--soft); font-size: 13px; }
.tile dd { margin: 2px 0 0; font-size: 25px; font-weight: 650; letter-spacing: -.02em; white-space: nowrap; }
.tile dd small { font-size: 14px; font-weight: 500; color: var(--soft); letter-spacing: 0; }
.tile .change { font-size: 12.5px; color: var(--soft); }
.better { color: var(--good) !important; } .worse { color: var(--bad) !important; }
dl { margin: 0; }
section { padding: 22px 24px; margin-top: 16px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 13px; }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--faint); white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
.wide { width: 40%; }
td.text { white-space: normal; min-width: 15em; }
.n { text-align: right; }
.yes { color: var(--good); font-weight: 600; } .no { color: var(--bad); font-weight: 600; }
.meter { position: relative; display: block; min-width: 120px; height: 8px; border-radius: 4px; background: var(--faint); }
.meter i { position: absolute; inset: 0 auto 0 0; min-width: 3px; border-radius: 4px; background: var(--good); }
.meter i.no { background: var(--bad); }
.meter b { position: absolute; top: -4px; bottom: -4px; width: 2px; background: var(--ink); }
svg { display: block; width: 100%; min-width: 520px; height: auto; overflow: visible; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
.grid { stroke: var(--line); } .limit { stroke: var(--bad); stroke-dasharray: 5 4; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.p50 { stroke: var(--good); stroke-dasharray: 2 3; } .p95 { stroke: var(--blue); } .max { stroke: var(--gap); stroke-width: 1.25; }
.bar { fill: var(--faint); } .failed { fill: var(--bad); }
.dot { fill: var(--blue); stroke: var(--card); stroke-width: 2; } .dot.no { fill: var(--card); stroke: var(--bad); stroke-width: 2.5; }
.reach { fill: var(--good-back); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--soft); font-size: 13px; margin: 10px 0 0; padding: 0; list-style: none; }
.legend i { display: inline-block; width: 22px; height: 10px; margin-right: 7px; border-radius: 3px; vertical-align: -1px; }
.legend i.stroke { height: 0; border-top: 2px solid; border-radius: 0; vertical-align: 4px; }
.queue { background: repeating-linear-gradient(-45deg, var(--wait) 0 3px, transparent 3px 6px); box-shadow: inset 0 0 0 1px var(--wait); }
.execution { background: var(--work); } .waiting { background: var(--pause); } .engine { background: var(--gap); }
details { border-bottom: 1px solid var(--faint); } details:last-of-type { border-bottom: 0; }
summary { display: grid; grid-template-columns: 76px minmax(120px, 1fr) minmax(150px, 34%); gap: 16px; align-items: center; padding: 9px 0; cursor: pointer; list-style: none; border-radius: 6px; }
summary::-webkit-details-marker { display: none; }
summary::after { content: none; }
summary strong { font-weight: 650; }
summary .who { color: var(--soft); font-size: 13px; text-align: right; }
details[open] summary .who::after { content: ' ▴'; } summary .who::after { content: ' ▾'; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 3px; border-radius: 6px; }
.stack { display: flex; height: 14px; border-radius: 4px; overflow: hidden; background: var(--faint); }
.stack i { display: block; height: 100%; }
.path { display: grid; grid-template-columns: minmax(90px, 170px) 1fr 190px; gap: 5px 16px; padding: 6px 0 14px; font-size: 13px; align-items: center; }
.path .track { position: relative; height: 12px; background: var(--faint); border-radius: 3px; }
.path .track i { position: absolute; top: 0; bottom: 0; min-width: 1px; }
.path .n { color: var(--soft); }
.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
a { color: var(--blue); text-underline-offset: 2px; }
code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--faint); padding: 2px 6px; border-radius: 5px; overflow-wrap: anywhere; }
.conditions { display: grid; grid-template-columns: max-content 1fr; gap: 6px 22px; }
.conditions dt { color: var(--soft); } .conditions dd { margin: 0; }
@media (max-width: 640px) {
  main { padding: 28px 14px 48px; } section { padding: 18px 16px; }
  summary { grid-template-columns: 70px 1fr; } summary .who { grid-column: 1 / -1; text-align: left; }
  .path { grid-template-columns: 1fr; } .path .n { text-align: left; }
}
`;
