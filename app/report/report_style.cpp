#include "app/report/report_style.hpp"

namespace pmactor {

const std::string_view report_style = R"css(
:root{color-scheme:light dark;--paper:#faf9f7;--card:#fff;--ink:#1d1c1a;--soft:#66625c;--line:#e4e0d9;
--pause:#b8321a;--orange:#c9641c;--plum:#8d4bb5;--red:#c13350;--sky:#2f74b8;--teal:#17806b;--amber:#a97b00;
--green:#4b8a2a;--violet:#5a55c9;--slate:#7d8187}
@media (prefers-color-scheme:dark){:root{--paper:#131315;--card:#1b1b1e;--ink:#ecebe8;--soft:#a19e98;
--line:#303034;--pause:#ff7c5f;--orange:#f09a56;--plum:#c492ea;--red:#f4809a;--sky:#79b3f0;--teal:#56c9ae;
--amber:#e0b64a;--green:#94cf6c;--violet:#a5a1ff;--slate:#9aa0a8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
header{padding-top:clamp(1.75rem,6vw,4rem)}
.kind{color:var(--soft);font-size:.875rem;margin:0}
.kind b{color:var(--pause);font-weight:600}
h1{font-size:clamp(1.75rem,5.4vw,2.9rem);line-height:1.12;letter-spacing:-.022em;font-weight:680;
margin:.4rem 0 .6rem;text-wrap:balance}
.lede{font-size:clamp(1.05rem,2.4vw,1.25rem);margin:0 0 .35rem}
.when{color:var(--soft);margin:0}
.facts+.when{margin-top:1rem}
h2{font-size:1.2rem;letter-spacing:-.01em;font-weight:650;margin:0 0 1rem}
section{margin-top:clamp(2.25rem,6vw,3.5rem)}
small,.note,.none{color:var(--soft)}
.note{font-size:.875rem;margin:.75rem 0 0;max-width:44rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;background:var(--card);
border:1px solid var(--line);border-radius:.75rem;overflow:hidden;margin:1.75rem 0 0}
.facts div{box-shadow:0 0 0 1px var(--line);padding:.85rem 1rem}
.facts dt{color:var(--soft);font-size:.8125rem}
.facts dd{margin:.1rem 0 0;font-weight:600;line-height:1.35}
.facts small{display:block;font-weight:400;font-size:.8125rem}
.charts{position:relative;background:var(--card);border:1px solid var(--line);border-radius:.75rem;
padding:2.4rem clamp(.75rem,2.5vw,1.25rem) .75rem}
figure{margin:0 0 1.1rem}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .9rem;font-size:.8125rem;margin-bottom:.3rem}
figcaption b{font-weight:620}
.scale{margin-left:auto;color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.05rem .8rem;list-style:none;margin:0;padding:0;color:var(--soft)}
.legend i{display:inline-block;width:.85rem;height:0;border-top:.2rem solid var(--c);border-radius:2px;
vertical-align:middle;margin-right:.35rem}
.legend i.d{border-top-style:dotted}
svg{display:block;width:100%;overflow:visible}
.plot{height:clamp(4.25rem,12vw,6.5rem);border-bottom:1px solid var(--line)}
.spark{height:2.75rem;border-bottom:1px solid var(--line)}
.l{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.l.d{stroke-dasharray:1.5 3.5}
.a{fill-opacity:.78}
.g{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
.p{fill:var(--pause);fill-opacity:.2}
.flag{position:absolute;top:.7rem;left:clamp(.75rem,2.5vw,1.25rem);right:clamp(.75rem,2.5vw,1.25rem);height:1.4rem}
.flag span{position:absolute;left:clamp(1.8rem,var(--at),calc(100% - 1.8rem));transform:translateX(-50%);
background:var(--pause);color:var(--card);font-size:.75rem;font-weight:650;line-height:1.4rem;padding:0 .5rem;
border-radius:.7rem;white-space:nowrap}
.axis{position:relative;height:2.3rem;font-size:.75rem;color:var(--soft);margin-top:-.6rem}
.axis span{position:absolute;transform:translateX(-50%);white-space:nowrap;text-align:center;line-height:1.1rem}
.axis small{display:block}
.stack{display:flex;height:.9rem;border-radius:.45rem;overflow:hidden;background:var(--line);margin-bottom:1.25rem}
.stack i{width:var(--w);background:var(--c);border-right:2px solid var(--paper)}
.stack i:last-child{border:0}
ol,ul{padding:0;margin:0;list-style:none}
.ledger li{padding:.7rem 0;border-top:1px solid var(--line)}
.ledger li:first-child{border:0;padding-top:0}
.row{display:flex;gap:.75rem;align-items:baseline}
.what{font-weight:600;flex:1}
.share,.size,.took{color:var(--soft)}
.share{min-width:3.6rem;text-align:right}
.bar{height:.4rem;margin:.35rem 0 0;border-radius:.2rem;background:var(--line)}
.bar i{display:block;height:100%;width:max(var(--w),3px);background:var(--c);border-radius:.2rem}
.ledger p,.suspects p{margin:.4rem 0 0;color:var(--soft);font-size:.9375rem}
.suspects{counter-reset:n;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:1rem}
.suspects>li{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.1rem;min-width:0}
h3{font-size:1.02rem;font-weight:650;margin:0}
h3::before{counter-increment:n;content:counter(n);color:var(--soft);font-weight:500;margin-right:.6rem}
h3 span{color:var(--soft);font-weight:400;font-size:.8125rem;white-space:nowrap}
.suspects svg{margin-top:.8rem}
.under{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .8rem;font-size:.8125rem;color:var(--soft);margin-top:.35rem}
.plain li{padding:.4rem 0 .4rem 1rem;border-left:3px solid var(--line);margin-bottom:.4rem}
.findings li{padding:.55rem 0 .55rem 1rem;border-left:3px solid var(--teal);margin-bottom:.5rem}
.artifacts{border:1px solid var(--line);border-radius:.75rem;background:var(--card);margin-top:1.25rem;overflow:hidden}
.artifacts>li+li{border-top:1px solid var(--line)}
.head{display:grid;grid-template-columns:minmax(0,1fr) 7.5rem 5.5rem 5rem 1rem;gap:.1rem .75rem;align-items:baseline;
padding:.65rem 1rem;font-size:.9375rem}
.size,.took{text-align:right;font-size:.875rem}
.says{grid-column:1/-1;color:var(--soft);font-size:.875rem}
summary{cursor:pointer;list-style:none;position:relative}
summary::-webkit-details-marker{display:none}
summary::after{content:"";position:absolute;right:1rem;top:1.1rem;width:.45rem;height:.45rem;
border-right:1.5px solid var(--soft);border-bottom:1.5px solid var(--soft);transform:rotate(45deg)}
details[open] summary::after{transform:rotate(225deg);top:1.3rem}
.wide:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--sky);outline-offset:-2px}
.pill{justify-self:start;font-size:.75rem;font-weight:600;border:1px solid currentColor;border-radius:.7rem;padding:0 .5rem;
line-height:1.3rem;white-space:nowrap}
.ok{color:var(--teal)}.skipped{color:var(--soft)}.failed{color:var(--red)}
pre{margin:0;padding:.9rem 1rem;max-height:26rem;overflow:auto;background:var(--paper);border-top:1px solid var(--line);
line-height:1.45;overflow-wrap:normal}
.wide{overflow-x:auto;border-top:1px solid var(--line)}
table{border-collapse:collapse;font-size:.8125rem;width:100%}
th,td{text-align:right;padding:.3rem .6rem;white-space:nowrap;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft)}th:first-child,td.in,th:last-child{text-align:left}th:first-child{padding-left:1rem}
tbody th{font-weight:600}tbody tr:last-child>*{border:0}
.days{table-layout:auto}.days th,.days td{padding:.3rem .35rem}.days thead th{white-space:normal;vertical-align:bottom}
.days td.in{min-width:3.5rem}
.members td,.members th{text-align:left;white-space:normal;vertical-align:top}
details .note{padding:0 1rem .8rem}
.bill{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;margin:1rem 0 0;font-size:.9375rem}
.mine{border-left:3px solid var(--sky);padding:.2rem 0 .2rem 1rem;margin:1.5rem 0 0}
footer{color:var(--soft);font-size:.8125rem;margin-top:clamp(2.5rem,7vw,4rem);padding-bottom:2.5rem}
footer p{border-top:1px solid var(--line);padding-top:1rem;margin:0}
@media (max-width:34rem){.legend{order:1;flex-basis:100%}.under .legend{order:0;flex-basis:auto}
.head{grid-template-columns:minmax(0,1fr) auto auto 1rem}.took,.axis span:nth-child(even) small{display:none}
.facts{grid-template-columns:1fr 1fr}.facts div:last-child:nth-child(odd){grid-column:1/-1}}
@media (prefers-reduced-motion:no-preference){summary::after{transition:transform .15s}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--pause:#b8321a;--orange:#c9641c;
--plum:#8d4bb5;--red:#c13350;--sky:#2f74b8;--teal:#17806b;--amber:#a97b00;--green:#4b8a2a;--violet:#5a55c9;--slate:#7d8187}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main,header,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}
section{margin-top:1.6rem}h2{break-after:avoid}figure,.suspects>li,.ledger li,.artifacts>li,.bill,.facts{break-inside:avoid}
h1{font-size:22pt}.plot{height:3.5rem}.charts{break-inside:avoid;padding-top:2.1rem}figure{margin-bottom:.7rem}
.findings li,.plain li{break-inside:avoid}.suspects{grid-template-columns:1fr 1fr}.head{padding:.35rem 1rem}
pre{max-height:none;white-space:pre-wrap;overflow-wrap:anywhere}summary::after{display:none}}
@page{margin:16mm}
)css";

} // namespace pmactor
