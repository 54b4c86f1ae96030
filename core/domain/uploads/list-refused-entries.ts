import type { Page, PageRequest } from '../../contracts/http/paging.ts';
import type { RefusedEntry } from '../../contracts/http/uploads.ts';
import { InvalidCursorError } from '../entities/errors.ts';
import { type Principal, requireOwned } from '../entities/principal.ts';
import { type Upload, UploadNotFoundError, type UploadRepository } from '../entities/upload.ts';

/** @throws UploadNotFoundError */
export const findOwnUpload = async (
  uploadId: string,
  principal: Principal,
  uploads: Pick<UploadRepository, 'findWhole'>,
): Promise<Upload> =>
  requireOwned(await uploads.findWhole(uploadId), principal, () => new UploadNotFoundError(uploadId));

/**
 * The files of an upload that were not taken, in the archive's order. While the upload goes on, those of later
 * pages may come before what was read.
 * @throws UploadNotFoundError, InvalidCursorError
 */
export async function listRefusedEntries(
  uploadId: string,
  { limit, cursor = '0' }: PageRequest,
  principal: Principal,
  uploads: Pick<UploadRepository, 'findWhole'>,
): Promise<Page<RefusedEntry>> {
  const { refused } = await findOwnUpload(uploadId, principal, uploads);
  const start = Number(cursor);
  if (!/^\d{1,6}$/.test(cursor) || start > refused.length) throw new InvalidCursorError();
  const end = start + limit;
  return { items: refused.slice(start, end), next: end < refused.length ? String(end) : null };
}
