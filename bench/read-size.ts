import { UsageError } from '../localstack/setup-error.ts';

/**
 * A size given as `--name number`, to try a benchmark out with less than it is meant for.
 * @throws UsageError where it is no whole number from 1 on.
 */
export function readSize(name: string, preset: number): number {
  const at = process.argv.indexOf(`--${name}`);
  if (at === -1) return preset;
  const size = Number(process.argv[at + 1]);
  if (!Number.isInteger(size) || size < 1) throw new UsageError(`Give a number: --${name} ${preset}.`);
  return size;
}
