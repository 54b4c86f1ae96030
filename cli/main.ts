import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { exitCodeOf, explainFailure } from './explain-failure.ts';
import { createProgram } from './program.ts';
import { paint } from './terminal/print.ts';
import { UsageError } from './usage-error.ts';

// Who reads the output may stop at any line, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

/** How long connections may take to end, once all is done and said. */
const LINGER_MS = 2000;

// The CDK deploys by these names of the region too, before it asks a profile. The SDK knows the first only, and would look elsewhere.
const region = ['AWS_REGION', 'AMAZON_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_DEFAULT_REGION']
  .map((name) => process.env[name])
  .find((value) => value);
if (region !== undefined) process.env.AWS_REGION = region;

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
// A WebSocket keeps the process until the server has closed it too, which a broken one never does. Whoever reads the
// output may be slow: what was written last comes after all that still waits.
setTimeout(() => process.stdout.write('', () => process.exit()), LINGER_MS).unref();

function tell(error: unknown): number {
  // Commander has said what was wrong; asking for help is nothing wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (program.opts().debug) console.error(error);
  const { code, message } = explainFailure(error);
  const words = error instanceof UsageError ? message : `${message} (${code})`;
  console.error(`${paint('red', 'segmentry:', process.stderr)} ${words}`);
  return exitCodeOf(error);
}
