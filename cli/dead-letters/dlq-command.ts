import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { toCount } from '../options/parse-values.ts';
import { formatTime, printDone, printList } from '../terminal/print.ts';
import { UsageError } from '../usage-error.ts';
import type { DeadLetters } from './dead-letters.ts';

interface DlqFlags {
  readonly stack: string;
  readonly json?: boolean;
}

const SEEN_AGAIN_SECONDS = 5;
const WORKED_ON_SECONDS = 60;

/** `segmentry dlq`: an operator's look at what could not be done. */
export function addDlqCommand(program: Command): void {
  const dlq = program
    .command('dlq')
    .description(
      'Dead letters of a deployed stack. For operators: region, credentials and endpoint are those of the AWS environment.',
    );
  const add = (name: string, description: string, isDefault = false) =>
    dlq
      .command(name, { isDefault })
      .description(description)
      .option('--stack <name>', 'the deployed stack', 'Segmentry')
      .option('--json', 'print JSON: of a list, one item a line');

  add('list', 'How many wait where.', true).action(async ({ stack, json }: DlqFlags) => {
    const { findDeadLetters } = await import('./dead-letters.ts');
    const columns = {
      name: ({ name }: DeadLetters) => name,
      waiting: ({ waiting }: DeadLetters) => waiting,
      hidden: ({ hidden }: DeadLetters) => hidden,
      from: ({ source }: DeadLetters) => source?.name ?? 'a stream',
    };
    await printList(await findDeadLetters(stack), columns, { json: json === true });
  });
  add('show <name>', 'What they are, without taking them away.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action(showDeadLetters);
  add('redrive <name>', 'Puts them back where they came from, once the cause is gone.')
    .option('--message <id>', 'only this one')
    .action(redrive);
}

async function showDeadLetters(
  name: string,
  { stack, json, limit }: DlqFlags & { limit: number },
): Promise<void> {
  const { pickDeadLetters, receive } = await import('./dead-letters.ts');
  const { url, hidden } = await pickDeadLetters(stack, name);
  await printList(
    receive(url, SEEN_AGAIN_SECONDS),
    {
      message: ({ MessageId }) => MessageId,
      sent: ({ Attributes }) => formatTime(new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString()),
      receives: ({ Attributes }) => Attributes?.ApproximateReceiveCount,
      body: ({ Body }) => Body,
    },
    { json: json === true, limit },
  );
  tellHidden(hidden);
}

/** The queue shows none of them to anybody: what was listed, or put back, is not all there is. */
function tellHidden(hidden: number): void {
  if (hidden === 0) return;
  console.error(
    `${hidden} are hidden for now: the reconciler, or somebody else, has just looked at them. Ask again in five minutes.`,
  );
}

async function redrive(
  name: string,
  { stack, json, message: only }: DlqFlags & { message?: string },
): Promise<void> {
  const { pickDeadLetters, putBack, receive } = await import('./dead-letters.ts');
  const letters = await pickDeadLetters(stack, name);
  if (letters.source === undefined) {
    throw new UsageError(
      `${letters.name} holds places in a stream, which no queue takes back. docs/operations.md tells what to do.`,
    );
  }
  const moved: string[] = [];
  for await (const message of receive(letters.url, WORKED_ON_SECONDS)) {
    if (only !== undefined && message.MessageId !== only) continue;
    await putBack(message, letters);
    moved.push(message.MessageId ?? '');
    if (only !== undefined) break;
  }
  printDone(`${moved.length} put back into ${letters.source.name}.`, { moved }, json);
  tellHidden(letters.hidden);
  if (only !== undefined && moved.length === 0) process.exitCode = EXIT.failed;
}
