import type { Command } from 'commander';
import { askSecret } from '../connection/prompt.ts';
import { printDone } from '../terminal/print.ts';
import { addUserCommands } from './user-commands.ts';

/** `segmentry admin`: `create` by AWS credentials, all else over the API. */
export function addAdminCommand(program: Command): void {
  const admin = program.command('admin').description('For admins: accounts, credits, invitations.');
  addUserCommands(admin);
  admin
    .command('create <email>')
    .description(
      'Creates an admin without the API, for instance the first one. An existing account becomes an admin and keeps its password. ' +
        'The password is asked for at the terminal, or read from stdin. Region, credentials and endpoint are those ' +
        'of the AWS environment.',
    )
    .option('--stack <name>', 'the deployed stack', 'Segmentry')
    .option('--json', 'print JSON')
    .action(async (email: string, { stack, json }: { stack: string; json?: boolean }) => {
      const password = await askSecret('Password for the admin');
      const { installAdmin } = await import('./install-admin.ts');
      const { user, isNew } = await installAdmin({ email, password }, stack);
      printDone(
        isNew
          ? `${user.email} is an admin now (${user.id}).`
          : `${user.email} had an account and is an admin now (${user.id}); its password is what it was.`,
        { id: user.id, email: user.email, isNew },
        json,
      );
    });
}
