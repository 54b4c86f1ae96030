import { DomainError } from '../core/domain/entities/errors.ts';

/** What the operating system says, in words. */
const REASONS: Record<string, { readonly code: string; readonly message: string }> = {
  ENOENT: { code: 'no_such_file', message: 'There is no such file.' },
  ENOTDIR: { code: 'no_such_file', message: 'There is no such file: a part of its path is no folder.' },
  ELOOP: { code: 'endless_link', message: 'Its symbolic links lead in a circle.' },
  ENAMETOOLONG: { code: 'name_too_long', message: 'Its name is longer than this file system allows.' },
  EACCES: { code: 'no_permission', message: 'You may not read it, or may not write where the result goes.' },
  EPERM: { code: 'no_permission', message: 'You may not read it, or may not write where the result goes.' },
  EISDIR: { code: 'no_regular_file', message: 'It is a folder.' },
  ENOSPC: { code: 'disk_full', message: 'There is no space left where the result goes.' },
  ERR_FS_FILE_TOO_LARGE: { code: 'file_too_large', message: 'It is larger than 2 GB.' },
};

/** A failure as a code and one line that says what is wrong. */
export function explainFailure(error: unknown): { code: string; message: string } {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: 'failed', message: String(error) };
  const { code = 'failed', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? { code: String(code).toLowerCase(), message: message.split('\n')[0] ?? '' };
}
