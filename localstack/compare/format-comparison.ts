import * as z from 'zod';

/** What a run of the integration tests leaves, as test/helpers/outcome-reporter.ts writes it. */
export const Outcomes = z.array(
  z.object({ file: z.string(), test: z.string(), state: z.string(), reason: z.string().optional() }),
);
export type Outcomes = z.infer<typeof Outcomes>;
type Outcome = Outcomes[number];

/** Outcomes by the emulator's name, in the order of the columns. */
export type OutcomesByEmulator = Readonly<Record<string, Outcomes>>;

/** A Markdown table: a row for each test of either run, below the file it stands in. */
export function formatComparison(outcomesByEmulator: OutcomesByEmulator): string {
  const emulators = Object.keys(outcomesByEmulator);
  const tests = Object.values(outcomesByEmulator).flat();
  const files = [...new Set(tests.map(({ file }) => file))].sort();
  const rows = files.flatMap((file) => {
    const names = [...new Set(tests.filter((outcome) => outcome.file === file).map(({ test }) => test))];
    return [
      `| **${file}** |${' |'.repeat(emulators.length)}`,
      ...names.map((name) => rowOf(outcomesByEmulator, { file, name })),
    ];
  });
  const counts = Object.values(outcomesByEmulator).map(formatCounts);
  return [
    `| test | ${emulators.join(' | ')} |`,
    `| --- |${' --- |'.repeat(emulators.length)}`,
    ...rows,
    `| **all** | ${counts.join(' | ')} |`,
  ].join('\n');
}

function rowOf(
  outcomesByEmulator: OutcomesByEmulator,
  { file, name }: { file: string; name: string },
): string {
  const cells = Object.values(outcomesByEmulator).map((outcomes) =>
    formatOutcome(outcomes.find((outcome) => outcome.file === file && outcome.test === name)),
  );
  return `| ${escapeCell(name)} | ${cells.join(' | ')} |`;
}

function formatOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run';
  if (outcome.state === 'skipped') return `skipped: ${escapeCell(outcome.reason ?? '')}`;
  return outcome.state === 'passed' ? '✓' : '✗';
}

function formatCounts(outcomes: Outcomes): string {
  const count = (state: string) => outcomes.filter((outcome) => outcome.state === state).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
