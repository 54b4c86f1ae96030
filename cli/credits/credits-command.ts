import type { Command } from 'commander';
import { addRemoteCommand, type ConnectionFlags, connect } from '../connection/connect.ts';
import { toCount } from '../options/parse-values.ts';
import { formatTime, printItem, printList } from '../terminal/print.ts';

/** `segmentry credits` */
export function addCreditsCommand(program: Command): void {
  const credits = program.command('credits').description('What you have, and how it came about.');
  addRemoteCommand(credits, 'balance', 'What you have, and what of it is not set aside.', true).action(
    async (flags: ConnectionFlags) => printItem(await connect(flags).api.getCredits(), flags.json),
  );
  addRemoteCommand(credits, 'entries', 'Every movement, newest first.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action(async (flags: ConnectionFlags & { limit: number }) =>
      printList(
        connect(flags).list('listCreditEntries'),
        {
          at: ({ at }) => formatTime(at),
          kind: ({ kind }) => kind,
          amount: ({ amount }) => amount,
          balance: ({ balance }) => balance,
          reason: ({ reason }) => reason,
          items: ({ items }) => items.length || undefined,
          note: ({ note }) => note,
        },
        flags,
      ),
    );
}
