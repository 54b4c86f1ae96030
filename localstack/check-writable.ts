import { accessSync, constants, mkdirSync } from 'node:fs';
import { SetupError } from './setup-error.ts';

/** Before anything takes its time. @throws SetupError that names the folder that nothing can be written to. */
export function checkWritable(...folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new SetupError(
        `Nothing can be written to ${folder} (${code}). Make it a folder that is yours, or run the command in a copy of the project.`,
      );
    }
  }
}
