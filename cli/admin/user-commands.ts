import { type Command, InvalidArgumentError } from 'commander';
import { type Segmentry, SegmentryError, type User } from '../../client/index.ts';
import { addRemoteCommand } from '../connection/connect.ts';
import { toCount, toNumber } from '../options/parse-values.ts';
import { formatTime, printDone, printItem, printList } from '../terminal/print.ts';
import { type AdminFlags, asAdmin } from './as-admin.ts';

const PERSONAL = 'Needs your password, as no key may do it.';

/** `segmentry admin users`, `grant`, `invite`, … over the API. */
export function addUserCommands(admin: Command): void {
  const add = (name: string, description: string) =>
    addRemoteCommand(admin, name, `${description} ${PERSONAL}`).option(
      '--email <address>',
      'whose password; of the one who logged in where absent',
    );

  add('users', 'Lists the accounts.')
    .option('--limit <number>', 'how many', toCount, 20)
    .action((flags: AdminFlags & { limit: number }) =>
      asAdmin(flags, (_, segmentry) =>
        printList(
          segmentry.list('listUsers'),
          {
            user: ({ id }) => id,
            email: ({ email }) => email,
            role: ({ role }) => role,
            disabled: ({ disabled }) => (disabled ? 'disabled' : ''),
            created: ({ createdAt }) => formatTime(createdAt),
          },
          flags,
        ),
      ),
    );
  add('grant <user>', 'Gives a user, by email or id, credits.')
    .argument('<credits>', 'a number above 0', toAmount)
    .option('--note <text>', 'why')
    .action((user: string, amount: number, { note, ...flags }: AdminFlags & { note?: string }) =>
      asAdmin(flags, async (api) => {
        const given = await api.grantCredits({ id: user, amount, ...(note !== undefined && { note }) });
        printDone(`${user} has ${given.balance} credits now.`, given, flags.json);
      }),
    );
  add('invite', 'Makes an invitation that creates one account.').action((flags: AdminFlags) =>
    asAdmin(flags, async (api) => printItem(await api.createInvite(), flags.json)),
  );
  add('reset-password <user>', 'Makes a link by which a user, by email or id, sets a new password.').action(
    (user: string, flags: AdminFlags) =>
      asAdmin(flags, async (api, segmentry) => {
        const { id } = await findUser(segmentry, user);
        printItem(await api.createPasswordReset({ id }), flags.json);
      }),
  );
  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    add(
      `${verb} <user>`,
      disabled ? 'Shuts a user out with the next request.' : 'Lets a user in again.',
    ).action((user: string, flags: AdminFlags) =>
      asAdmin(flags, async (api, segmentry) => {
        const { id } = await findUser(segmentry, user);
        const changed = await api.changeUser({ id, disabled });
        printDone(`${changed.email} is ${verb}d.`, changed, flags.json);
      }),
    );
  }
}

/** @throws InvalidArgumentError */
function toAmount(text: string): number {
  const amount = toNumber(text);
  if (amount > 0) return amount;
  throw new InvalidArgumentError('Credits are a number above 0.');
}

/** @throws SegmentryError `user_not_found` */
async function findUser(segmentry: Segmentry, emailOrId: string): Promise<User> {
  for await (const user of segmentry.list('listUsers')) {
    if (user.id === emailOrId || user.email === emailOrId.toLowerCase()) return user;
  }
  throw new SegmentryError(
    'user_not_found',
    `There is no user ${emailOrId}. "segmentry admin users" lists them.`,
  );
}
