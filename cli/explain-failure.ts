import { SegmentryError } from '../client/index.ts';
import { DomainError } from '../core/domain/entities/errors.ts';
import { NotLoggedInError } from './connection/not-logged-in.ts';
import { EXIT } from './exit-codes.ts';
import { InterruptedError } from './interrupted-error.ts';
import { UsageError } from './usage-error.ts';

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

/** A failure as a code and words that say what is wrong: one line, where they are not our own. */
export function explainFailure(error: unknown): { code: string; message: string } {
  if (error instanceof SegmentryError) return { code: error.code, message: explainRefusal(error) };
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  if (error instanceof UsageError) return { code: 'failed', message: error.message };
  if (!(error instanceof Error)) return { code: 'failed', message: String(error) };
  const { code = 'failed', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? { code: String(code).toLowerCase(), message: message.split('\n')[0] ?? '' };
}

/** What the service says, and what a person at a command line can do about it. */
function explainRefusal({ status, message, cost, balance, fields }: SegmentryError): string {
  if (status === 401) return `${message} Log in anew: segmentry login`;
  if (status === 402 && cost !== undefined && balance !== undefined) {
    return `Too few credits: this costs ${cost}, and you have ${balance}. An admin grants more: segmentry admin grant EMAIL AMOUNT`;
  }
  const more = fields.filter((field) => !message.includes(field.message));
  return [message, ...more.map((field) => `${field.path}: ${field.message}`)].join(' ');
}

/** What the program ends with after a failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof InterruptedError) return EXIT.interrupted;
  if (error instanceof NotLoggedInError) return EXIT.notLoggedIn;
  if (!(error instanceof SegmentryError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.notLoggedIn;
  if (error.code === 'model_not_chosen') return EXIT.usage;
  if (error.status === 402) return EXIT.noCredits;
  return error.code === 'network_failed' && error.status === undefined ? EXIT.unreachable : EXIT.failed;
}
