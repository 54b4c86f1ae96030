import { readdirSync, readFileSync } from 'node:fs';

/** What processes have used by now. Linux only. */
export interface ProcessCost {
  /** Processor seconds by function, `emulator` among them. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Resident, with what is shared counted once. */
  readonly residentBytes: number;
}

const TICKS_PER_SECOND = 100;
const FUNCTION = /ministack-lambda-Segmentry\w*-([A-Za-z]+?)Function/;

/** What the emulator that this process has started and its functions, which run in folders below `runPath`, have used. */
export const readPipelineCost = (runPath: string): ProcessCost =>
  readCost((pid, command) => {
    if (command.includes(runPath)) return FUNCTION.exec(command)?.[1] ?? 'other';
    return command.includes('/ministack/serve.py') && parentOf(pid) === process.pid ? 'emulator' : undefined;
  });

/** What the processes of a group have used. */
export const readPeerCost = (group: number): ProcessCost =>
  readCost((pid) => (groupOf(pid) === group ? 'peer' : undefined));

/** @returns milliseconds of the processor an image, by function. */
export function costEach(before: ProcessCost, after: ProcessCost, images: number): Map<string, number> {
  const used = [...after.seconds].map(([name, seconds]): [string, number] => [
    name,
    ((seconds - (before.seconds.get(name) ?? 0)) * 1000) / images,
  ]);
  return new Map(used.filter(([, milliseconds]) => milliseconds >= 0.05));
}

function readCost(nameOf: (pid: number, command: string) => string | undefined): ProcessCost {
  const seconds = new Map<string, number>();
  let residentBytes = 0;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const name = Number.isInteger(pid) ? nameOf(pid, commandOf(pid)) : undefined;
    if (name === undefined) continue;
    const [user = 0, system = 0] = statOf(pid).slice(11, 13);
    seconds.set(name, (seconds.get(name) ?? 0) + (user + system) / TICKS_PER_SECOND);
    residentBytes += residentOf(pid);
  }
  return { seconds, residentBytes };
}

const commandOf = (pid: number) => readProc(pid, 'cmdline').replaceAll('\0', ' ');
const parentOf = (pid: number) => statOf(pid)[1];
const groupOf = (pid: number) => statOf(pid)[2];

/** The numbers behind the name of the program, which may have spaces. */
function statOf(pid: number): number[] {
  const stat = readProc(pid, 'stat');
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

const residentOf = (pid: number) =>
  1024 * Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);

/** Empty where the process has ended meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
