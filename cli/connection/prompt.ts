import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from '../usage-error.ts';

/** Asks at the terminal without showing what is typed; reads the first line of stdin where that is no terminal. */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? '';
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(`${question}: `);
  try {
    return await ask(nowhere);
  } finally {
    process.stderr.write('\n');
  }
}

/** @throws UsageError where nobody is there to ask, naming the flag that says it instead. */
export async function askText(question: string, flag: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`There is nobody to ask: give ${flag}.`);
  process.stderr.write(`${question}: `);
  return (await ask(process.stderr)).trim();
}

async function ask(output: NodeJS.WritableStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  const interrupted = new Promise<never>((_, reject) =>
    terminal.once('SIGINT', () => reject(new UsageError('Nothing was done.'))),
  );
  try {
    return await Promise.race([terminal.question(''), interrupted]);
  } finally {
    terminal.close();
  }
}
