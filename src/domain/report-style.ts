/**
 * How a report looks: in light and dark, on a phone, on paper. Text has a contrast of 4.5 : 1 at
 * least and bars of 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11); nothing is told by colour alone.
 */
export const STYLE = `
:root{color-scheme:light dark;--page:#fff;--raised:#f4f6f8;--text:#1b2430;--soft:#4d5a69;--line:#d5dbe2;--plain:#2f6fb3;--good:#1d7f4f;--warn:#8f5b00;--bad:#b3271e;--quiet:#6b7786}
@media (prefers-color-scheme:dark){:root{--page:#12161c;--raised:#1b2129;--text:#e7ebf0;--soft:#a9b4c1;--line:#343e4a;--plain:#72abe8;--good:#5cc992;--warn:#eab04f;--bad:#ff8d84;--quiet:#8f9bab}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;text-size-adjust:100%}
main{overflow-wrap:anywhere;max-width:66rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
h1{font-size:1.75rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .5rem}
p{margin:.5rem 0;max-width:44rem}
.about{color:var(--soft);margin-top:.25rem;font-size:.9rem}
.outcome{font-size:1.15rem;margin:1.25rem 0;padding:.75rem 1rem;max-width:none;background:var(--raised);border-left:.4rem solid var(--quiet)}
.outcome strong{margin-right:.35rem}
.outcome.good{border-color:var(--good)}.outcome.warn{border-color:var(--warn)}.outcome.bad{border-color:var(--bad)}
.sum{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;margin:0;padding:0;list-style:none}
.sum li{display:flex;align-items:baseline;gap:.45rem}
.sum .sign{font-size:1.3rem;color:var(--soft)}
.sum b{font-size:1.7rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
.sum .bad b{color:var(--bad)}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem 2.5rem}
figure{margin:0;min-width:0;break-inside:avoid}
figcaption p{color:var(--soft);font-size:.9rem;margin:.35rem 0 0}
svg{display:block;width:100%;height:auto;max-width:34rem;overflow:visible}
svg text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--text)}
svg text.label{font-size:13px;fill:var(--soft)}svg text.value{font-weight:600;font-variant-numeric:tabular-nums}
.plain{fill:var(--plain)}rect.good{fill:var(--good)}rect.warn{fill:var(--warn)}rect.bad{fill:var(--bad)}.quiet{fill:var(--quiet)}
.base{stroke:var(--soft)}.unknown{stroke:var(--quiet);stroke-width:2;stroke-dasharray:2 4}
table{border-collapse:collapse;min-width:min(100%,20rem);max-width:100%;margin:.75rem 0 1rem;font-size:.95rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.35rem}
th,td{text-align:left;vertical-align:top;padding:.4rem 1.6rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
time{white-space:nowrap}
th{font-weight:500}
thead th{color:var(--soft);font-size:.85rem;vertical-align:bottom;overflow-wrap:normal;word-break:normal;hyphens:none}
.count{text-align:right}
td.code,th.code[scope=row],ul.code,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em;overflow-wrap:anywhere}
td.code,td.name,th.name[scope=row]{min-width:11rem}
td.name,th.name[scope=row]{overflow-wrap:anywhere}
.word{white-space:nowrap}
ul{margin:.5rem 0;padding-left:1.2rem}
ul.code{list-style:none;padding:0}
.command code{display:inline-block;background:var(--raised);padding:.2rem .5rem;border-radius:.25rem}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
footer{margin-top:2.5rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media screen and (max-width:44rem){
main{padding:1rem .9rem 2rem}
h1{font-size:1.45rem}
.charts{grid-template-columns:minmax(0,1fr)}
.sum{display:grid;grid-template-columns:1.2rem auto 1fr;gap:0 .6rem}.sum li{display:contents}.sum b{text-align:right}
table:not(.narrow),:not(.narrow)>tbody,:not(.narrow)>*>tr,:not(.narrow)>caption{display:block}
:not(.narrow)>thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table{width:100%}th,td{padding-right:.6rem}
td.code,td.name,th.name[scope=row]{min-width:0}
:not(.narrow)>tbody>tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
:not(.narrow)>tbody>tr>*{display:grid;grid-template-columns:7.25rem minmax(0,1fr);gap:.75rem;padding:.1rem 0;border:0;text-align:left;overflow-wrap:anywhere}
:not(.narrow)>tbody>tr>th{font-weight:600}
:not(.narrow)>tbody>tr>*::before{content:attr(data-head);color:var(--soft);font:400 .85rem/1.7 system-ui,sans-serif;overflow-wrap:normal}
}
@media print{
:root{color-scheme:light;--page:#fff;--raised:#fff;--text:#000;--soft:#333;--line:#aaa;--plain:#2f6fb3;--good:#1d7f4f;--warn:#8f5b00;--bad:#b3271e;--quiet:#6b7786}
@page{margin:15mm}
html{font-size:10.5pt}body{font-size:1rem}main{max-width:none;padding:0}
h2{break-after:avoid;margin-top:1.5rem}tr,.outcome,.sum{break-inside:avoid}
svg,rect,.outcome{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.outcome{border:1px solid;border-left-width:.4rem}
section>details::details-content{content-visibility:visible;block-size:auto;opacity:1}
section>details>summary{list-style:none}figure>details{display:none}
td.code,td.name,th.name[scope=row]{min-width:8.5rem}th,td{padding-right:1rem}
}
`;
