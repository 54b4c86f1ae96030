import { join } from 'node:path';
import { EMPTY_TALLY, type Tally } from '../check/tally.ts';
import { PROJECT } from '../paths.ts';
import { findFreePort } from '../processes/free-port.ts';
import type { Progress } from '../progress.ts';
import type { RunFolder } from '../run-folder.ts';
import { runProgram } from '../run-program.ts';
import { HOST_PYTHON, hostEnvironment } from './start-on-host.ts';

const TIMEOUT_MS = 600_000;
const PLUGINS_FAILED = 'a test of localstack/executor; what it said stands above';

/** Runs the tests of the plugins in `localstack/executor`; what failed ones said goes to stderr. */
export async function testPlugins(run: RunFolder, progress: Progress): Promise<Tally> {
  const folder = join(PROJECT, 'localstack', 'executor', 'tests');
  const { output, exitCode } = await runProgram(HOST_PYTHON, ['-m', 'unittest', 'discover', '-s', folder], {
    environment: hostEnvironment(await findFreePort(), run),
    folder: run.folder('work'),
    timeoutMs: TIMEOUT_MS,
    onStart: run.recordGroup,
  });
  const tally = parseUnittest(output, exitCode);
  if (tally.failed > 0) progress.say(output.trimEnd());
  return tally;
}

/** Reads what Python's unittest ends with: `Ran 3 tests in 0.1s`, then `OK` or `FAILED (failures=1, errors=1)`. */
export function parseUnittest(output: string, exitCode: number): Tally {
  const ran = Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? Number.NaN);
  if (Number.isNaN(ran)) return { ...EMPTY_TALLY, failed: 1, failures: [PLUGINS_FAILED] };
  const last = /^(?:OK|FAILED)(?: \(.*\))?$/m.exec(output)?.[0] ?? '';
  const count = (name: string) => Number(new RegExp(`[( ]${name}=(\\d+)`).exec(last)?.[1] ?? 0);
  const skipped = count('skipped');
  const counted = count('failures') + count('errors') + count('unexpected successes');
  const failed = exitCode === 0 ? counted : Math.max(counted, 1);
  const failures = failed > 0 ? [PLUGINS_FAILED] : [];
  return { passed: Math.max(ran - failed - skipped, 0), failed, skipped, failures };
}
