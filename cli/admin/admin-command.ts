import type { Command } from 'commander';
import { askSecret } from '../connection/prompt.ts';

/** `segmentry admin create`. */
export function addAdminCommand(program: Command): void {
  program
    .command('admin')
    .description('Makes admins of a deployed stack.')
    .command('create <email>')
    .description(
      'Creates an admin without the API, for instance the first one. An existing account becomes an admin and keeps its password. ' +
        'The password is asked for at the terminal, or read from stdin. Region, credentials and endpoint are those ' +
        'of the AWS environment.',
    )
    .option('--stack <name>', 'the deployed stack', 'Segmentry')
    .action(async (email: string, { stack }: { stack: string }) => {
      const password = await askSecret('Password for the admin');
      const { installAdmin } = await import('./install-admin.ts');
      const { user, isNew } = await installAdmin({ email, password }, stack);
      console.log(
        isNew
          ? `${user.email} is an admin now (${user.id}).`
          : `${user.email} had an account and is an admin now (${user.id}); its password is what it was.`,
      );
    });
}
