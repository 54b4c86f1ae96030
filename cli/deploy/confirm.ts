import { ask } from '../connection/prompt.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Asks at the terminal; anything but yes is no.
 * @throws UsageError where the answer is no, or nobody is there to give one; InterruptedError
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('There is nobody to ask: say --yes.');
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was done.');
}
