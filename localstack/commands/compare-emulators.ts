import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runVitest } from '../check/run-vitest.ts';
import { addTallies, EMPTY_TALLY, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { formatComparison, Outcomes, type OutcomesByEmulator } from '../compare/format-comparison.ts';
import { replaceSection } from '../compare/replace-section.ts';
import { OUT, PROJECT } from '../paths.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs the integration tests against every emulator, and writes docs/emulators.md's table of them.

Usage: npm run docs:emulators`;

/** As `EMULATOR` names them, and as people know them. */
const EMULATORS = { ministack: 'MiniStack', localstack: 'LocalStack' };

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  mkdirSync(OUT, { recursive: true });
  const outcomes: Record<string, OutcomesByEmulator[string]> = {};
  let total = EMPTY_TALLY;
  for (const [emulator, name] of Object.entries(EMULATORS)) {
    const file = join(OUT, `outcomes-${emulator}.json`);
    process.env.EMULATOR = emulator;
    process.env.SEGMENTRY_OUTCOMES_FILE = file;
    const reporter = join(PROJECT, 'test', 'helpers', 'outcome-reporter.ts');
    const tally = await runVitest({ projects: ['integration'], args: ['--reporter', reporter] }, scope);
    outcomes[name] = Outcomes.parse(JSON.parse(readFileSync(file, 'utf8')));
    total = addTallies(total, tally);
  }
  const path = join(PROJECT, 'docs', 'emulators.md');
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), formatComparison(outcomes)));
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
