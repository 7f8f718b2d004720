/** The look of the page: one column on a phone, folders beside messages on a desk, dark when asked. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #14171c);
  --card: light-dark(#ffffff, #1d2128);
  --ink: light-dark(#1b1f27, #e8eaee);
  --quiet: light-dark(#59616f, #a3abb8);
  --line: light-dark(#dfe3e9, #323842);
  --accent: light-dark(#0a58c2, #7db4ff);
  --tint: light-dark(#e8f0fc, #1f2f47);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; }
header.top { background: var(--card); border-bottom: 1px solid var(--line); }
header.top > div, main { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header.top > div { display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; padding-block: .9rem; }
header.top strong { font-size: 1.05rem; }
.note { color: var(--quiet); font-size: .875rem; }
main { padding-block: 1.5rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.5rem 0 .6rem; }
nav.crumbs { margin-bottom: 1rem; font-size: .9rem; color: var(--quiet); overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.mailboxes { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
ul.mailboxes .line { display: flex; height: 100%; gap: .9rem; padding: 1rem; color: inherit; align-items: center; min-width: 0; }
ul.mailboxes a.line:hover { background: var(--tint); border-radius: 10px; text-decoration: none; }
ul.mailboxes span.who { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.face { width: 2.6rem; height: 2.6rem; border-radius: 50%; flex: none; display: grid; place-items: center;
  background: var(--tint); color: var(--accent); font-weight: 600; }
.count { font-variant-numeric: tabular-nums; font-weight: 600; }
.split { display: grid; gap: 1.25rem; grid-template-columns: 16rem minmax(0, 1fr); align-items: start; }
.folders { padding: .4rem; }
.folders a { display: flex; justify-content: space-between; gap: .75rem; padding: .5rem .7rem; border-radius: 7px; color: inherit; }
.folders a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .7rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: .8rem; color: var(--quiet); font-weight: 600; }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--tint); }
td { overflow-wrap: anywhere; }
td.when { white-space: nowrap; font-size: .875rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
td .note { display: block; overflow: hidden; max-height: 1.5em; }
.chip { display: inline-block; background: var(--tint); color: var(--accent); border-radius: 99px; padding: .05rem .6rem;
  font-size: .8rem; white-space: nowrap; }
.pages { display: flex; justify-content: space-between; gap: 1rem; padding: .8rem 1rem; font-size: .9rem; color: var(--quiet); }
.empty { padding: 2.5rem 1rem; text-align: center; color: var(--quiet); }
.message { overflow: hidden; }
.message > div { padding: 1.25rem; border-bottom: 1px solid var(--line); }
.message h1 { margin-bottom: .6rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; border: 0; background: #fff; color-scheme: light; resize: vertical; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0; }
ul.attachments { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
ul.attachments li { overflow: hidden; padding: .8rem; }
ul.attachments img { display: block; width: 100%; height: 11rem; object-fit: contain; background: var(--ground); border-radius: 6px; margin-bottom: .6rem; }
ul.attachments audio, ul.attachments video { width: 100%; margin-bottom: .6rem; }
ul.attachments a { overflow-wrap: anywhere; }
@media (max-width: 46rem) {
  .split { grid-template-columns: minmax(0, 1fr); }
  td.when { white-space: normal; }
  th, td { padding: .6rem; }
}
`;

/** Of a message's body, which says nothing of its own look: as on paper. */
export const BODY_STYLE = `body { margin: 1.25rem; font: 15px/1.5 system-ui, 'Segoe UI', sans-serif; color: #1b1f27; background: #fff;
  overflow-wrap: break-word; } img { max-width: 100%; }`;
