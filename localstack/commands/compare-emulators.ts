import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runVitest } from '../check/run-vitest.ts';
import { addTallies, EMPTY_TALLY, formatTally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { formatComparison, Outcomes, type OutcomesByEmulator } from '../compare/format-comparison.ts';
import { mergeOutcomes } from '../compare/merge-outcomes.ts';
import { replaceSection } from '../compare/replace-section.ts';
import { OUT, PROJECT } from '../paths.ts';
import { runCommand } from '../run-command.ts';
import { UsageError } from '../setup-error.ts';

const HELP = `Runs the integration tests against every emulator, and writes docs/emulators.md's table of them.

Usage: npm run docs:emulators [-- FILE…]

If files are named, only those are run; the last results of the others are kept in out/.`;

/** As `EMULATOR` names them, and as people know them. */
const EMULATORS = { ministack: 'MiniStack', localstack: 'LocalStack' };

await runCommand(async (scope) => {
  const { values, positionals: files } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  mkdirSync(OUT, { recursive: true });
  const outcomes: Record<string, OutcomesByEmulator[string]> = {};
  let total = EMPTY_TALLY;
  for (const [emulator, name] of Object.entries(EMULATORS)) {
    const kept = join(OUT, `outcomes-${emulator}.json`);
    const earlier = files.length === 0 ? [] : readOutcomes(kept);
    process.env.EMULATOR = emulator;
    process.env.SEGMENTRY_OUTCOMES_FILE = kept;
    const reporter = join(PROJECT, 'test', 'helpers', 'outcome-reporter.ts');
    const args = ['--reporter', reporter, ...files];
    total = addTallies(total, await runVitest({ projects: ['integration'], args }, scope));
    outcomes[name] = mergeOutcomes(earlier, readOutcomes(kept));
    writeFileSync(kept, JSON.stringify(outcomes[name]));
  }
  const path = join(PROJECT, 'docs', 'emulators.md');
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), formatComparison(outcomes)));
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});

/** @throws UsageError where no run has left any. */
function readOutcomes(path: string): Outcomes {
  if (!existsSync(path))
    throw new UsageError(`There are no results of an earlier run. Run it without files.\n\n${HELP}`);
  return Outcomes.parse(JSON.parse(readFileSync(path, 'utf8')));
}
