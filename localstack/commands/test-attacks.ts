import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { runVitest } from '../check/run-vitest.ts';
import { addTallies, formatTally, type Tally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Attacks the product, item by item of the OWASP API Security Top 10 (2023): what needs no deployment in this process,
the rest against an emulator that it starts, deploys to and takes down. All of it is on loopback.

Usage: npm run test:attacks [-- --offline]

It tells how many attacks of each item were made, and how many were accepted. \`npm test\` plays a third of the longer lists.`;

/** Tests of which each is an attack that must be refused; those under `attacks` count theirs themselves. */
const TESTS_OF_ITEMS: Readonly<Record<string, readonly string[]>> = {
  'API2 authentication': ['test/unit/adapters/jose', 'test/unit/lambdas/foreign-users.test.ts'],
  'API4 resource consumption': [
    'test/unit/adapters/sharp/hostile-images.test.ts',
    'test/unit/domain/entities/views.test.ts',
    'test/unit/runtime/limit-requests.test.ts',
  ],
  'API5 function level authorization': ['test/unit/lambdas/api-accounts.test.ts'],
  'API7 server side request forgery': ['test/unit/domain/webhooks/webhook-url.test.ts'],
  'API8 misconfiguration': ['test/infra/security.test.ts', 'test/infra/account-access.test.ts'],
};

const COUNTED_OFFLINE = ['test/unit/attacks'];
const COUNTED_DEPLOYED = ['test/integration/attacks.test.ts'];
/** Another's things by each route, every kind of principal shut out. */
const DEPLOYED_OF_ITEMS = { 'API1 object level authorization': ['test/integration/principals.test.ts'] };

const Line = z.union([
  z.object({ item: z.string(), attacks: z.int(), accepted: z.array(z.string()) }),
  z.object({ figure: z.string() }),
]);

interface Count {
  readonly attacks: number;
  readonly accepted: number;
}

const ofTests = ({ passed, failed }: Tally): Count => ({ attacks: passed + failed, accepted: failed });

const add = (a: Count, b: Count): Count => ({
  attacks: a.attacks + b.attacks,
  accepted: a.accepted + b.accepted,
});

const addTo = (counts: Map<string, Count>, item: string, count: Count): unknown =>
  counts.set(item, add(counts.get(item) ?? { attacks: 0, accepted: 0 }, count));

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    offline: { type: 'boolean' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'segmentry-attacks-'));
  scope.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'attacks.jsonl');
  process.env.SEGMENTRY_ATTACKS_FILE = file;
  const tallies: Tally[] = [];
  const counts = new Map<string, Count>();
  const run = async (projects: readonly string[], args: readonly string[]) => {
    const tally = await runVitest({ projects, args }, scope);
    tallies.push(tally);
    return tally;
  };
  for (const [item, files] of Object.entries(TESTS_OF_ITEMS)) {
    addTo(counts, item, ofTests(await run(['unit', 'infra'], files)));
  }
  await run(['unit'], COUNTED_OFFLINE);
  if (values.offline !== true) {
    for (const [item, files] of Object.entries(DEPLOYED_OF_ITEMS)) {
      addTo(counts, item, ofTests(await run(['integration'], files)));
    }
    await run(['integration'], COUNTED_DEPLOYED);
  }
  const figures = addCounted(file, counts);
  for (const figure of figures) console.log(figure);
  for (const [item, { attacks, accepted }] of [...counts].sort()) {
    console.log(`${item}: ${attacks} attacks, ${accepted} accepted`);
  }
  const sum = [...counts.values()].reduce(add);
  console.log(`all: ${sum.attacks} attacks, ${sum.accepted} accepted`);
  const total = tallies.reduce(addTallies);
  console.log(formatTally(total));
  return total.failed === 0 && sum.accepted === 0 ? 0 : 1;
});

/** Adds what the suites have counted themselves. @returns their figures. */
function addCounted(file: string, counts: Map<string, Count>): string[] {
  const figures: string[] = [];
  for (const text of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const line = Line.parse(JSON.parse(text));
    if ('figure' in line) figures.push(line.figure);
    else addTo(counts, line.item, { attacks: line.attacks, accepted: line.accepted.length });
  }
  return figures;
}
