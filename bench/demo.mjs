// npm run bench:demo -- PHOTO --model FILE.onnx: how long the demo takes with everything installed and from a
// fresh clone of what is committed, and how much memory the emulator with its functions holds at most. EMULATOR=…
// picks another emulator.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const EMULATOR = process.env.EMULATOR ?? 'ministack';
const RESULT = join(PROJECT, 'bench', 'results', `demo-${EMULATOR}.json`);
const SAMPLE_MS = 250;
/** Promised of the default emulator. */
const LIMITS = EMULATOR === 'ministack' ? { warmSeconds: 60, freshCloneSeconds: 240, residentMb: 1500 } : {};

const [photograph, option, model] = process.argv.slice(2);
if (photograph === undefined || option !== '--model' || model === undefined) {
  console.error('Usage: npm run bench:demo -- PHOTO --model FILE.onnx');
  process.exit(2);
}
const demoArguments = [resolve(photograph), '--model', resolve(model)];

const loadBefore = loadavg()[0];
await measure(PROJECT); // Installs what is missing, and warms the disk's cache.
const warm = await measure(PROJECT);
const clone = mkdtempSync(join(tmpdir(), 'segmentry-clone-'));
try {
  spawnSync('git', ['clone', '--quiet', PROJECT, clone], { stdio: 'inherit' });
  const fresh = await measure(clone);
  report({
    warmSeconds: warm.seconds,
    freshCloneSeconds: fresh.seconds,
    residentMb: Math.max(warm.residentMb, fresh.residentMb),
  });
} finally {
  rmSync(clone, { recursive: true, force: true });
}

/** Runs the demo once and looks at the emulator's memory while it runs. */
async function measure(project) {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [join(project, 'localstack', 'enter.mjs'), 'demo', ...demoArguments],
    {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let residentMb = 0;
  const timer = setInterval(() => {
    residentMb = Math.max(residentMb, emulatorMemoryMb(child.pid));
  }, SAMPLE_MS);
  const code = await new Promise((done) => child.once('exit', done));
  clearInterval(timer);
  if (code !== 0) throw new Error(`The demo failed with exit code ${code}.`);
  return { seconds: (performance.now() - startedAt) / 1000, residentMb };
}

/**
 * What the process groups below `ancestor` hold, but for npm's and CDK's: the emulator with its functions. Pages
 * that processes share are split among them (proportional set size), so the sum is what the machine gives up.
 */
function emulatorMemoryMb(ancestor) {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(describe);
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid) => pid !== undefined && (pid === ancestor || isBelow(parents.get(pid)));
  const leaders = processes.filter(({ pid, command }) => command.includes('/.emulator/') && isBelow(pid));
  const groups = new Set(leaders.map(({ group }) => group));
  const members = processes.filter(({ group }) => groups.has(group));
  return members.reduce((sum, { pid }) => sum + proportionalMb(pid), 0);
}

function describe(name) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const [, parent, group] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [program = ''] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
    return [{ pid: Number(name), parent, group, command: program }];
  } catch {
    return [];
  }
}

function proportionalMb(pid) {
  try {
    const [, kilobytes = 0] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

function report(measured) {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    ...{ system: `${process.platform}-${process.arch}`, node: process.version },
    loadBefore: Number(loadBefore.toFixed(2)),
  };
  const rounded = Object.fromEntries(
    Object.entries(measured).map(([name, value]) => [name, Number(value.toFixed(1))]),
  );
  mkdirSync(dirname(RESULT), { recursive: true });
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: PROJECT, encoding: 'utf8' });
  const result = { measured: rounded, limits: LIMITS, machine, commit: commit.stdout.trim() };
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
  for (const [name, value] of Object.entries(rounded)) {
    const limit = LIMITS[name];
    const verdict = limit === undefined ? '' : `limit ${limit}  ${value <= limit ? 'ok' : 'TOO MUCH'}`;
    console.log(`${name.padEnd(18)} ${String(value).padStart(8)}  ${verdict}`);
    if (value > limit) process.exitCode = 1;
  }
}
