import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './setup-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws UsageError with the help text where an option is not known or lacks its value. */
export function parseCommandLine<const Known extends Options>(
  args: readonly string[],
  help: string,
  options: Known,
) {
  try {
    return parseArgs({ args: joinNegativeNumbers(args), options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${help}`);
  }
}

/** Node takes the `-3` of `--pixels-per-cm -3` for an option that may have been meant; a number is a value. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-[\d.]+$/.test(arg) && before !== undefined && /^--[^=]+$/.test(before))
      joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** Commands run in the project's folder; paths are meant from where the person stands. */
export const resolvePath = (path: string) => resolve(process.env.SEGMENTRY_CALLED_FROM ?? '.', path);

/** @throws UsageError */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`--port must be a number from 1 to 65535, not "${text}".`);
}
