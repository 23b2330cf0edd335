"""The style sheet of the HTML view: calm and official, for 1366 pixels, a phone, and paper."""

STYLE = """
:root { --ink: #1d2530; --soft: #5b6675; --line: #dde2e8; --paper: #fff; --ground: #f5f6f8; --red: #a3201d;
  --owner: #e3edfa; --owner-ink: #174a86; --quantity: #fdf0cf; --quantity-ink: #6b4700; --deadline: #f3e6f6;
  --deadline-ink: #6a2278; --citation: #e2f2e7; --citation-ink: #1c5c35; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--ground); line-height: 1.8; overflow-wrap: anywhere;
  font-family: "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro
  ei", sans-serif; }
a { color: var(--owner-ink); }
a:focus-visible, summary:focus-visible { outline: 3px solid #f2b705; outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: #fff;
  padding: .5rem; }
.en { color: var(--soft); font-size: .78em; margin-left: .45em; font-weight: normal; }
header { background: var(--paper); border-top: 4px solid var(--red);
  border-bottom: 1px solid var(--line); padding: 1.4rem 2rem; }
h1 { font-size: 1.5rem; line-height: 1.45; margin: 0 0 .8rem; max-width: 56rem; }
header dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .25rem 2rem;
  margin: 0; }
header dl .wide { grid-column: 1 / -1; }
header dl div { display: grid; grid-template-columns: 9.5rem 1fr; } dt { color: var(--soft); }
  dd { margin: 0; }
.count { color: var(--soft); margin: .6rem 0 0; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; padding: 0;
  margin: .5rem 0 0; }
.columns { display: grid; grid-template-columns: 19rem minmax(0, 1fr); align-items: start;
  max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 1rem .5rem 2rem 1.2rem;
  font-size: .9rem; line-height: 1.5; }
nav summary { font-weight: 600; cursor: pointer; padding: .3rem 0; }
nav ol { list-style: none; margin: 0; padding: 0; } nav li { margin: 0; }
nav a { display: block; color: var(--ink); text-decoration: none; border-radius: 4px;
  padding: .3rem .5rem; }
nav a:hover { background: #e9edf2; } nav .section { font-weight: 600; margin: .9rem 0 .2rem .5rem; }
.id { color: var(--soft); font-size: .8em; font-variant-numeric: tabular-nums; text-decoration: none; }
nav .depth-1 { padding-left: .9rem; } nav .depth-2 { padding-left: 1.8rem; }
  nav .depth-3, nav .depth-4 { padding-left: 2.6rem; }
main { padding: 1.2rem 2rem 4rem; max-width: 60rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; padding-left: .7rem; border-left: 4px solid var(--red); }
article { background: var(--paper); border: 1px solid var(--line); border-radius: 6px;
  padding: .9rem 1.2rem; margin: 0 0 .8rem; scroll-margin-top: 1rem; }
article:target { border-color: var(--red); }
article > .id { float: right; margin-left: 1rem; } article p { margin: 0 0 .4rem; }
article.depth-1 { margin-left: 1.2rem; } article.depth-2 { margin-left: 2.4rem; }
  article.depth-3, article.depth-4 { margin-left: 3.4rem; }
mark { color: inherit; background: none; border-radius: 3px; padding: .05em .15em; }
mark.owner { background: var(--owner); color: var(--owner-ink); }
  mark.quantity { background: var(--quantity); color: var(--quantity-ink); }
mark.deadline { background: var(--deadline); color: var(--deadline-ink); }
  mark.citation { background: var(--citation); color: var(--citation-ink); }
.facts { margin: .6rem 0 0; padding-top: .5rem; border-top: 1px dashed var(--line); font-size: .9rem;
  line-height: 1.6; }
.facts div { display: grid; grid-template-columns: 9.5rem 1fr; }
ul.notes, .notes ul { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .88rem; color: #6b4700; }
@media (max-width: 860px) {
  header { padding: 1rem; } h1 { font-size: 1.25rem; } .columns { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: 60vh; padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
  nav a { padding: .6rem .5rem; }
  main { padding: .8rem 1rem 3rem; } header dl { grid-template-columns: 1fr; }
  header dl div, .facts div { grid-template-columns: 8.5rem 1fr; }
  article.depth-1, article.depth-2, article.depth-3, article.depth-4 { margin-left: .6rem; }
}
@media print {
  body { background: none; font-size: 11pt; } nav, .skip { display: none; } .columns { display: block; }
  main { padding: 0; max-width: none; } article { border: 0; padding: 0 0 .4rem; break-inside: avoid-page; }
  mark { background: none !important; color: inherit !important; border-bottom: 1px solid #999;
  border-radius: 0; }
  h2 { break-after: avoid; }
}
"""
