// How long after a daemon goes on the pause that it was in is on the page of a browser that looks at it.
//   node web_pause.mjs URL MODULES PID
import {createRequire} from "node:module";

const [url, modules, pid] = process.argv.slice(2);
const puppeteer = createRequire(modules + "/package.json")("puppeteer-core");
const bar = 1500; // ms
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-background-networking"],
});
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const page = await browser.newPage();
await page.goto(url, {waitUntil: "load"});
await sleep(1500); // the live feed is there
let failed = false;
for (let i = 0; i < 3; ++i) {
  const newest = () =>
    page.evaluate(() => Math.max(0, ...[...document.querySelectorAll("#events tr:has(.k-pause) th a")].map((x) => Number(x.textContent))));
  const before = await newest();
  process.kill(Number(pid), "SIGSTOP");
  await sleep(2000);
  process.kill(Number(pid), "SIGCONT");
  const began = performance.now();
  while (performance.now() - began < 10000 && (await newest()) <= before) await sleep(10);
  const took = performance.now() - began;
  console.log(`a pause of 2 s is on the page after ${took.toFixed(0)} ms`);
  failed ||= took > bar;
  await sleep(2000);
}
await browser.close();
if (failed) console.log(`PROBLEM a pause is on the page later than after ${bar} ms`);
process.exit(failed ? 1 : 0);
