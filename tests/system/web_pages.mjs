// Opens every page of `pmactor serve` in a real browser, as wide as a desk and as a phone, by day and by night: no
// error, no call elsewhere, nothing that axe-core finds serious, no sideways scrolling; and times what a user waits for.
//   node web_pages.mjs URL MODULES [FOLDER FOR SCREENSHOTS]
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";

const [url, modules, shots] = process.argv.slice(2);
const load = createRequire(modules + "/package.json");
const puppeteer = load("puppeteer-core");
const axe = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");
const origin = new URL(url).origin;

const problems = [];
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-background-networking"],
});
const look = async (path, width, dark, name) => {
  const page = await browser.newPage();
  const where = `${path} at ${width}${dark ? " in the dark" : ""}`;
  await page.setViewport({width, height: 900});
  await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: dark ? "dark" : "light"}]);
  page.on("console", (x) => x.type() === "error" && problems.push(`${where}: ${x.text()}`));
  page.on("pageerror", (x) => problems.push(`${where}: ${x.message}`));
  page.on("request", (x) => !x.url().startsWith(origin) && !x.url().startsWith("data:") && problems.push(`${where} calls ${x.url()}`));
  const answer = await page.goto(url + path, {waitUntil: "load"});
  if (answer.status() !== 200) problems.push(`${where}: status ${answer.status()}`);
  if (path.startsWith("history")) await page.waitForSelector("#charts[data-shown]", {timeout: 20000}).catch(() => problems.push(`${where}: no charts`));
  else if (!path.startsWith("event")) await new Promise((done) => setTimeout(done, 1200));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) problems.push(`${where}: ${wide} wide`);
  // By its own protocol, as the page's policy lets no script in.
  await page.setBypassCSP(true);
  const session = await page.createCDPSession();
  await session.send("Runtime.evaluate", {expression: axe});
  const {result} = await session.send("Runtime.evaluate", {
    expression: "axe.run().then((x) => JSON.stringify(x.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).slice(0, 3).join(' | '))))",
    awaitPromise: true,
    returnByValue: true,
  });
  for (const x of JSON.parse(result.value ?? '["axe did not run"]')) problems.push(`${where}: ${x}`);
  if (shots) await page.screenshot({path: `${shots}/${name}-${width}${dark ? "-dark" : ""}.png`, fullPage: true});
  await page.close();
};

const first = await fetch(url + "events").then((x) => x.text());
const event = first.match(/href="\/(event\/\d+)"/)?.[1];
const pages = [["", "now"], ["history?last=86400", "history"], ["events", "events"], ["patterns", "patterns"], ["actors", "actors"]];
if (event) pages.push([event, "event"]);
for (const [path, name] of pages)
  for (const width of [1280, 390])
    for (const dark of [false, true]) await look(path, width, dark, name);

// What a user waits for: the first page, and each step from a month to a minute.
const page = await browser.newPage();
await page.setViewport({width: 1280, height: 900});
const bars = {page: 300, step: 100}; // ms
const began = performance.now();
await page.goto(url, {waitUntil: "load"});
const first_page = performance.now() - began;
console.log(`first page: ${first_page.toFixed(0)} ms`);
if (first_page > bars.page) problems.push(`the first page takes longer than ${bars.page} ms`);
const go_closer = () => page.evaluate(async () => {
  const box = document.getElementById("charts");
  const [from, to] = box.dataset.shown.split(" ").map(Number);
  const middle = to - (to - from) / 3, result = [];
  for (let width = to - from; width > 60; width /= 3) {
    const before = box.dataset.shown, began = performance.now();
    window.pmactor_go({from: middle - width / 6, to: middle + width / 6});
    while (box.dataset.shown === before) await new Promise((done) => setTimeout(done, 1));
    result.push([Math.round(width / 3), Math.round(performance.now() - began)]);
  }
  return result;
});
// The median of three: another program may have the processor for a moment.
const rounds = [];
for (let i = 0; i < 3; ++i) {
  await page.goto(url + "history?last=2592000", {waitUntil: "load"});
  await page.waitForFunction(() => document.getElementById("reading").hidden && document.querySelector("#charts[data-shown]"), {timeout: 60000});
  rounds.push(await go_closer());
}
rounds[0].forEach(([width], i) => {
  const all = rounds.map((x) => x[i][1]).sort((a, b) => a - b);
  console.log(`zoom to ${width} s: ${all[1]} ms (${all[0]} to ${all[2]})`);
  if (all[1] > bars.step) problems.push(`the zoom to ${width} s takes longer than ${bars.step} ms`);
});
await browser.close();
for (const x of problems) console.log("PROBLEM " + x);
process.exit(problems.length > 0 ? 1 : 0);
