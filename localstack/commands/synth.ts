import { runCdk } from '../deploy/cdk.ts';
import { runCommand } from '../run-command.ts';

const TIMEOUT_MS = 300_000;

await runCommand(async () => {
  const { exitCode, output } = await runCdk({
    args: ['synth', '--quiet', ...process.argv.slice(2)],
    timeoutMs: TIMEOUT_MS,
  });
  process.stderr.write(output);
  if (exitCode === 0) console.error('The templates are in cdk.out/.');
  return exitCode;
});
