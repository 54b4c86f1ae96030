import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InterruptedError } from '../interrupted-error.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Asks at the terminal without showing what is typed; reads the first line of stdin where that is no terminal.
 * @throws UsageError where nothing is there.
 */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
    if (line === '')
      throw new UsageError(`${question}: nothing came at stdin, and there is no terminal to ask at.`);
    return line;
  }
  try {
    return await ask(`${question}: `, { isHidden: true });
  } finally {
    process.stderr.write('\n');
  }
}

/** @throws UsageError where nobody is there to ask, naming the flag that says it instead. */
export async function askText(question: string, flag: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`There is nobody to ask: give ${flag}.`);
  return (await ask(`${question}: `)).trim();
}

/**
 * Asks at the terminal. The question comes when the terminal itself shows no more what is typed: an answer may follow at
 * once.
 * @throws InterruptedError at Ctrl-C, UsageError at Ctrl-D and where the terminal is closed
 */
export async function ask(question: string, { isHidden = false } = {}): Promise<string> {
  let isSilent = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isSilent) process.stderr.write(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  const unanswered = new Promise<never>((_, reject) => {
    terminal.once('SIGINT', () => reject(new InterruptedError()));
    terminal.once('close', () => reject(new UsageError('Nothing was done.')));
  });
  const answer = terminal.question(question).catch(() => unanswered);
  isSilent = isHidden;
  try {
    return await Promise.race([answer, unanswered]);
  } finally {
    terminal.close();
  }
}
