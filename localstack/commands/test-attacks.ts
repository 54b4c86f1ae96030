import { runVitest } from '../check/run-vitest.ts';
import { addTallies, formatTally, type Tally } from '../check/tally.ts';
import { parseCommandLine } from '../command-line.ts';
import { runCommand } from '../run-command.ts';

const HELP = `Runs the attacks on the product by item of the OWASP API Security Top 10 (2023): those that need no deployment in
this process, the others against an emulator that it starts, deploys to and takes down. All of it is on loopback.

Usage: npm run test:attacks [-- --offline]

It tells the attacks of each item; an attack that was accepted is one that failed. \`npm test\` runs the same files.`;

/** Tests of each item that need no deployment; a file stands where most of it belongs. */
const OFFLINE: Readonly<Record<string, readonly string[]>> = {
  'API2 authentication': [
    'test/unit/adapters/jose',
    'test/unit/lambdas/foreign-users.test.ts',
    'test/unit/domain/entities/session.test.ts',
  ],
  'API4 resource consumption': [
    'test/unit/adapters/sharp/hostile-images.test.ts',
    'test/unit/adapters/zip/open-zip.test.ts',
    'test/unit/domain/entities/views.test.ts',
    'test/unit/runtime/limit-requests.test.ts',
    'test/unit/adapters/onnx/try-model.test.ts',
  ],
  'API5 function level authorization': ['test/unit/lambdas/api-accounts.test.ts'],
  'API7 server side request forgery': ['test/unit/domain/webhooks/webhook-url.test.ts'],
  'API8 misconfiguration': ['test/infra/security.test.ts'],
  'API10 unsafe consumption': [
    'test/unit/domain/entities/errors.test.ts',
    'test/unit/runtime/honour-idempotency-key.test.ts',
  ],
};

/** API1, API3, API5 and API6: every route with every kind of principal, mass assignment, enumeration, floods, bad input. */
const DEPLOYED = ['principals', 'accounts', 'bad-input', 'quotas', 'erased-account'].map(
  (name) => `test/integration/${name}.test.ts`,
);

await runCommand(async (scope) => {
  const { values } = parseCommandLine(process.argv.slice(2), HELP, {
    help: { type: 'boolean', short: 'h' },
    offline: { type: 'boolean' },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const tallies: [item: string, tally: Tally][] = [];
  for (const [item, files] of Object.entries(OFFLINE)) {
    tallies.push([item, await runVitest({ projects: ['unit', 'infra'], args: files }, scope)]);
  }
  if (values.offline !== true) {
    const tally = await runVitest({ projects: ['integration'], args: DEPLOYED }, scope);
    tallies.push(['API1, API3, API5 and API6, deployed', tally]);
  }
  for (const [item, { passed, failed }] of tallies)
    console.log(`${item}: ${passed} refused, ${failed} accepted`);
  const total = tallies.map(([, tally]) => tally).reduce(addTallies);
  console.log(formatTally(total));
  return total.failed === 0 ? 0 : 1;
});
