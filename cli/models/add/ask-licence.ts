import { ask } from '../../connection/prompt.ts';
import { UsageError } from '../../usage-error.ts';
import type { OfficialWeights } from './official-weights.ts';

/** Asks the person at the terminal. @throws UsageError where there is none to ask, InterruptedError */
export async function askLicence({ id, publisher, licence, licenceUrl }: OfficialWeights): Promise<boolean> {
  console.error(
    `${id} is published by ${publisher} under the ${licence} (${licenceUrl}). It asks whoever offers a service ` +
      'that runs these weights to publish that service’s source under the same licence, or to buy another licence.',
  );
  if (!process.stdin.isTTY) {
    throw new UsageError(
      `There is no terminal to accept the ${licence} at. Give --accept-licence to accept it.`,
    );
  }
  return (await ask('Do you accept it? Type "yes": ')).trim().toLowerCase() === 'yes';
}
