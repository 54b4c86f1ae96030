import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Items of the OWASP API Security Top 10 (2023) that can be attacked from outside. */
export type AttackItem =
  | 'API1 object level authorization'
  | 'API2 authentication'
  | 'API3 object property level authorization'
  | 'API4 resource consumption'
  | 'API5 function level authorization'
  | 'API6 sensitive flows'
  | 'API7 server side request forgery'
  | 'API8 misconfiguration'
  | 'API10 unsafe consumption';

/** Whether this is `npm run test:attacks`; `npm test` plays a part of the longer lists. */
const isWhole = process.env.SEGMENTRY_ATTACKS_FILE !== undefined;

/**
 * Plays attacks one after another, and fails where one is accepted.
 * @param play tells how the product gave way; undefined where it refused.
 */
export async function playAttacks<Attack>(
  item: AttackItem,
  attacks: Readonly<Record<string, Attack>>,
  play: (attack: Attack, name: string) => Promise<string | undefined>,
): Promise<void> {
  const accepted: string[] = [];
  for (const [name, attack] of Object.entries(attacks)) {
    const how = await play(attack, name);
    if (how !== undefined) accepted.push(`${name}: ${how}`);
  }
  report({ item, attacks: Object.keys(attacks).length, accepted });
  expect(accepted).toEqual([]);
}

/** Lets `npm run test:attacks` count. */
function report(line: object): void {
  const file = process.env.SEGMENTRY_ATTACKS_FILE;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** A figure that `npm run test:attacks` shall tell. */
export const noteFigure = (figure: string): void => report({ figure });

/** All attacks, or in `npm test` each third of them. */
export const someOf = <Attack>(attacks: Readonly<Record<string, Attack>>): Record<string, Attack> =>
  Object.fromEntries(Object.entries(attacks).filter((_, index) => isWhole || index % 3 === 0));

/** For `playAttacks`: nothing where the answer is one of those that refuse. */
export const unlessRefused = (
  { status, body }: { status: number; body?: unknown },
  ...refusals: readonly number[]
): string | undefined =>
  refusals.includes(status) ? undefined : `${status} ${JSON.stringify(body ?? '').slice(0, 300)}`;
