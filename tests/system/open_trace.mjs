// Opens a trace with what is not ours: TracerBench's model of the trace event format, and the viewer speedscope in a
// real browser. Exits with 1 if either finds something else than the event says.
//   node open_trace.mjs TRACE EVENT MODULES
import {createRequire} from "node:module";
import {dirname} from "node:path";
import {readFileSync} from "node:fs";

const [file, about, modules] = process.argv.slice(2);
const load = createRequire(modules + "/package.json");
const trace = JSON.parse(readFileSync(file, "utf8"));
const event = JSON.parse(readFileSync(about, "utf8"));
const problems = [];
const hold = (is, what) => is || problems.push(what);

// ---- the model: processes, threads, slices within one another, counters
const model = load("@tracerbench/trace-model").buildModel(trace);
const rows = model.processes.flatMap((x) => x.threads.map((y) => ({group: x.name, name: y.name, events: y.events.filter((z) => z.isComplete())})));
const slices = rows.flatMap((x) => x.events);
const counters = model.events.filter((x) => x.isCounter());
const tracks = new Set(counters.map((x) => x.name));
const pause = rows.find((x) => x.group === "pmactor: events" && x.name === event.kind)?.events[0];
hold(slices.length === model.events.filter((x) => x.ph === "X").length, "a slice belongs to no row");
hold(rows.every((x) => x.name !== ""), "a row has no name");
hold(slices.every((x) => x.parent === undefined), "slices of one row lie within one another");
hold(pause !== undefined, "there is no slice of the event");
hold(Math.abs(((pause?.end ?? 0) - (pause?.start ?? 0)) / 1e6 - event.duration) < 0.001, `the event lasts ${pause?.end - pause?.start} us, not ${event.duration} s`);
hold(counters.length > 0 && counters.every((x) => Object.values(x.args).every(Number.isFinite)), "no counters");
hold([...tracks].some((x) => x.startsWith("Pressure")), "no track of the pressure");
const cpus = rows.filter((x) => x.group.startsWith("CPUs"));
const states = new Set(rows.filter((x) => x.group.startsWith("Tasks")).flatMap((x) => x.events.map((y) => y.name)));
if (event.blame?.timeline) {
  hold(cpus.length === event.blame.timeline.cpus.length, `${cpus.length} rows of CPUs`);
  hold(cpus.every((x) => x.events.length > 0), "a CPU on which nobody ever was");
  hold(states.has("Running"), "no task runs");
}
console.log(`TracerBench: ${rows.length} rows, ${cpus.length} of them CPUs; ${slices.length} slices; ${counters.length} `
  + `values of ${tracks.size} counters; states: ${[...states].join(", ") || "none"}`);

// ---- the viewer
const browser = await load("puppeteer-core").launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-extensions", "--disable-background-networking", "--allow-file-access-from-files",
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage();
let said = "";
page.on("console", (x) => (said += x.text() + "\n", x.type() === "error" && problems.push("speedscope: " + x.text())));
page.on("pageerror", (x) => problems.push("speedscope: " + x.message));
await page.goto("file://" + dirname(load.resolve("speedscope/package.json")) + "/dist/release/index.html");
await (await page.waitForSelector("input[type=file]")).uploadFile(file);
await page.waitForFunction(() => /\(\d+\/\d+\)/.test(document.body.innerText), {timeout: 30000})
  .catch(() => problems.push("speedscope shows nothing"));
const shown = (await page.evaluate(() => document.body.innerText)).split("\n").find((x) => /\(\d+\/\d+\)/.test(x)) ?? "";
const profiles = Number(shown.match(/\/(\d+)\)/)?.[1] ?? 0);
hold(said.includes("Importing as Trace Event Format"), "speedscope takes it for something else");
hold(profiles === rows.filter((x) => x.events.length > 0).length, `speedscope has ${profiles} rows`);
console.log(`speedscope in ${await browser.version()}: ${shown}`);
await browser.close();
for (const x of problems) console.error("open_trace: " + x);
process.exit(problems.length > 0 ? 1 : 0);
