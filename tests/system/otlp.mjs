// What otlp.sh says: a receiver of OpenTelemetry's logs that is anything but reliable, before a real daemon.
//   node otlp.mjs PROGRAM MODULES FOLDER
import {execFileSync, spawn} from "node:child_process";
import {mkdirSync, readFileSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {setTimeout as pass} from "node:timers/promises";
import {isDeepStrictEqual} from "node:util";

const [program, modules, folder] = process.argv.slice(2);
const load = createRequire(modules + "/package.json");
const Request = load("@opentelemetry/otlp-transformer/build/src/generated/root.js")
  .opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;

const kinds = ["pause", "sleep", "critical", "stall", "outage", "incident", "slowed", "clock"];
const planted = 20000; // one each half minute of the week that it was away
const retryAfter = 10;
const mostGrowth = 8192; // kB; the events take 20 MB
const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
let failed = 0;
const check = (holds, what) => {
  say((holds ? "ok      " : "FAILED  ") + what);
  if (!holds) ++failed;
};

// ---- the schema

// Protobuf drops what it does not know and turns what it knows into its own types: only a document that comes back as it
// went is one of the schema. 64-bit numbers are strings in JSON, and enums are numbers.
const problemOf = (document) => {
  try {
    const message = Request.fromObject(document);
    const wrong = Request.verify(message);
    if (wrong) return wrong;
    const back = Request.toObject(Request.decode(Request.encode(message).finish()), {longs: String, enums: Number});
    return isDeepStrictEqual(back, document) ? oneOfProblem(document) : "it comes back as " + JSON.stringify(back).slice(0, 300);
  } catch (e) {
    return e.message;
  }
};
// An AnyValue holds one of its kinds, which protobuf does not enforce in what it reads.
const oneOfProblem = (x) => {
  if (x === null || typeof x !== "object") return "";
  for (const name of ["value", "body"])
    if (!Array.isArray(x) && x[name] !== undefined && Object.keys(x[name]).length !== 1) return `${name} holds not one kind`;
  return Object.values(x).map(oneOfProblem).find((y) => y) ?? "";
};
const recordsOf = (document) => document.resourceLogs.flatMap((x) => x.scopeLogs.flatMap((y) => y.logRecords));
const attribute = (record, key) => record.attributes.find((x) => x.key === key)?.value.stringValue;

// A check that takes anything shows nothing.
const checkOfTheCheck = (text) => {
  const spoilt = {
    "an unknown field": (x, r) => (r.colour = "red"),
    "a field in another case": (x, r) => (r.time_unix_nano = r.timeUnixNano),
    "a moment that is a number": (x, r) => (r.timeUnixNano = Number(r.timeUnixNano)),
    "a severity in words": (x, r) => (r.severityNumber = "SEVERITY_NUMBER_WARN"),
    "a bare attribute": (x, r) => (r.attributes[0].value = "x"),
    "a value of two kinds": (x, r) => (r.body = {stringValue: "x", intValue: "1"}),
    "a list that is none": (x) => (x.resourceLogs = x.resourceLogs[0]),
  };
  for (const [what, spoil] of Object.entries(spoilt)) {
    const document = JSON.parse(text);
    spoil(document, recordsOf(document)[0]);
    check(problemOf(document) !== "", `the schema refuses ${what}`);
  }
};

// ---- the receiver

// What it takes in between ends the back-off, which would grow to minutes.
const answers = (count) => ["take", "later", "take", "hang", "take", "close", "take", "half"][count] ?? "take";
const received = new Map(); // how often, by event id and phase
const excused = new Set(); // those it had, and did not get to say so
const problems = new Set();
let requests = 0, heartbeats = 0, lastRefusal = 0, waited = 0, firstBody = "";

const receive = (request, body, answer) => {
  const document = JSON.parse(body);
  const problem = problemOf(document);
  if (problem) problems.add(problem);
  const records = recordsOf(document);
  if (records[0].eventName === "pmactor.heartbeat") {
    ++heartbeats;
    return answer.writeHead(200, {"Content-Type": "application/json"}).end("{}");
  }
  firstBody ||= body;
  const how = answers(requests++);
  if (lastRefusal && !waited) waited = (Date.now() - lastRefusal) / 1000;
  if (how === "later") {
    lastRefusal = Date.now();
    return answer.writeHead(429, {"Retry-After": String(retryAfter)}).end();
  }
  if (how === "hang") return; // until the client gives up
  if (how === "close") return request.socket.destroy();
  for (const x of records) {
    const id = attribute(x, "pmactor.event_id") + attribute(x, "pmactor.phase");
    received.set(id, (received.get(id) ?? 0) + 1);
    if (how === "half") excused.add(id);
  }
  if (how === "half") return request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"part');
  answer.writeHead(200, {"Content-Type": "application/json"}).end("{}");
};
const server = createServer((request, answer) => {
  const parts = [];
  request.on("data", (x) => parts.push(x));
  request.on("end", () => receive(request, Buffer.concat(parts).toString(), answer));
  request.on("error", () => {});
});
const listen = (port) => new Promise((done) => server.listen(port, "127.0.0.1", () => done(server.address().port)));

// ---- the daemon

const database = folder + "/data/pmactor.db";
const sql = (text) => execFileSync("sqlite3", ["-cmd", ".timeout 10000", database], {input: text, encoding: "utf8", stdio: "pipe"}).trim();
const until = async (holds, seconds) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pass(250)) {
    try {
      if (holds()) return true;
    } catch {} // there is no database yet
  }
  return false;
};
const residentOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

// Returns the number of the first.
const plant = (now) => {
  const rows = [];
  for (let i = 0; i < planted; ++i) {
    const kind = kinds[i % kinds.length], started = now - 7 * 86400 + i * 30;
    const stall = kind === "stall" ? '{"resource":"disk","name":"sda","over":true}' : "";
    const facts = ["outage", "incident", "slowed", "clock"].includes(kind) ? '{"title":"“it” – \\"went\\"","cause":"power","over":true}' : "";
    const quoted = (x) => (x ? `'${x.replaceAll("'", "''")}'` : "NULL");
    rows.push(`('${kind}', ${started}, ${started + 2.25}, 2.25, ${Math.floor(started)}000000000 + ${i}, 'io', 'high', 'system',
      ${quoted('{"io":2.25}')}, ${quoted('[{"pid":7,"name":"tar\\u001b[31m","reason":"wrote 298 MB/s"}]')},
      ${quoted('[{"line":"io","says":"it waited 2 s"}]')}, ${quoted(stall)}, ${quoted(facts)}, 'reviewed')`);
  }
  return sql(`INSERT INTO events(kind, started, ended, duration, event_id, cause, confidence, scope, ledger, culprits, evidence,
       stall, facts, status) VALUES ${rows.join(",")}; SELECT last_insert_rowid() - ${planted - 1};`);
};

const port = await listen(0);
await new Promise((done) => server.close(done)); // it refuses
mkdirSync(folder + "/home", {mode: 0o700});
const environment = {...process.env};
for (const name of ["CONFIG", "DATA", "STATE"]) environment[`XDG_${name}_HOME`] = folder + "/home";
environment.XDG_RUNTIME_DIR = folder + "/home";
const options = ["--data", folder + "/data"];
const pmactor = (...words) => execFileSync(program, [...words, ...options], {env: environment, encoding: "utf8", maxBuffer: 1 << 28});
const daemon = spawn(program, ["run", ...options, "--set", `export.otlp.endpoint=http://127.0.0.1:${port}`, "--set",
  "export.otlp.heartbeat=1", "--set", "export.otlp.timeout=1", "--set", "host.labels=rack=r12"],
  {env: environment, stdio: ["ignore", "ignore", "ignore"]});
const pause = async (seconds) => {
  daemon.kill("SIGSTOP");
  await pass(seconds * 1000);
  daemon.kill("SIGCONT");
};
try {
  check(await until(() => sql("SELECT count(*) FROM daemon_state WHERE key = 'export-cursor-otlp'") === "1", 60),
    "the daemon keeps how far the receiver has come");
  await pass(10000); // it has what it works with
  const before = residentOf(daemon.pid);
  const first = plant(Date.now() / 1000);
  await pause(1.5);
  const inspected = () => {
    try {
      return pmactor("inspect");
    } catch (e) {
      return String(e.stdout); // degraded, as it is to be
    }
  };
  check(await until(() => inspected().replaceAll(/\s+/g, " ").includes("Events wait in the history"), 60),
    "a receiver that refuses is reported, and events wait");
  await listen(port);
  // What happens on a busy machine meanwhile is sent once it is known in full, a minute later at most.
  const known = () => sql(`SELECT event_id FROM events WHERE id >= ${first} AND ended < unixepoch() - 70`).split("\n");
  const all = await until(() => requests > 8 && known().length > planted && known().every((x) => received.has(x + "over")), 240);
  const lost = known().filter((x) => !received.has(x + "over"));
  check(all && lost.length === 0, `each of ${known().length} events arrived, after a refusal, 429, a hang, an end and half an answer`
    + `: ${requests} requests` + (lost.length ? `; not ${lost.slice(0, 5)}` : ""));
  check(waited >= retryAfter, `429 with Retry-After: ${retryAfter} was obeyed: ${waited.toFixed(1)} s`);
  const twice = [...received].filter(([, times]) => times > 1).map(([id]) => id);
  check(excused.size > 0 && twice.every((x) => excused.has(x)),
    `only what the receiver had without saying so came again, with the same id: ${twice.length} events`);
  check(heartbeats > 1, `the daemon said ${heartbeats} times that it lives`);
  check(problems.size === 0, `every request is by the schema${[...problems].map((x) => "; " + x).join("")}`);
  const growth = residentOf(daemon.pid) - before;
  check(growth < mostGrowth, `the daemon's memory is flat: ${before} kB before, ${growth >= 0 ? "+" : ""}${growth} kB after`);
  checkOfTheCheck(firstBody);
  for (const words of [["export", "--otlp"], ["events", "--otlp", "--limit", "all", "--parts"]]) {
    const wanted = known();
    const documents = pmactor(...words).trim().split("\n").map((x) => JSON.parse(x));
    const wrong = documents.map(problemOf).filter((x) => x);
    const written = new Set(documents.flatMap(recordsOf).map((x) => attribute(x, "pmactor.event_id")));
    check(wrong.length === 0 && wanted.every((x) => written.has(x)),
      `pmactor ${words.join(" ")} writes ${written.size} records in ${documents.length} lines, all by the schema${wrong.slice(0, 1).map((x) => ", but " + x)}`);
  }
} finally {
  daemon.kill("SIGCONT");
  daemon.kill("SIGTERM");
  server.closeAllConnections();
  server.close();
}
await Promise.race([new Promise((done) => daemon.once("exit", done)), pass(10000)]);
say(failed === 0 ? "all of it holds" : `${failed} of it did not hold`);
process.exit(failed === 0 ? 0 : 1);
