import * as z from 'zod';
import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import { InvalidCursorError } from '../../../domain/entities/errors.ts';

/** An ElectroDB query that is ready to run. */
interface Query<Item> {
  params<Input>(): Input;
  go(options: QueryOptions): Promise<{ data: Item[]; cursor: string | null }>;
}

type QueryOptions = { limit: number; order: 'desc'; consistent: boolean; cursor?: string };

/** The names and values that ElectroDB gives to the parts of a query's key. */
interface QueryInput {
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, string>>;
}

/**
 * One page of a query, newest first. Indexes can't be read `consistent`ly.
 * @throws InvalidCursorError for a cursor that is none, or of another list or user.
 */
export async function readPage<Item>(
  query: Query<Item>,
  { limit, cursor }: PageRequest,
  { consistent = false } = {},
): Promise<Page<Item>> {
  if (cursor !== undefined && !goesOn(query.params<QueryInput>(), cursor)) throw new InvalidCursorError();
  let page: Page<Item> = { items: [], next: cursor ?? null };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const start = page.next === null ? {} : { cursor: page.next };
    const { data, cursor: next } = await query
      .go({ limit, order: 'desc', consistent, ...start })
      .catch(refuseCursor);
    page = { items: data, next };
    if (data.length > 0 || next === null) break;
  }
  return page;
}

/** Pages that are looked through for one that a filter leaves something of. */
const MOST_ROUNDS = 10;

/** The table itself refuses a key that has not the form of its keys. */
function refuseCursor(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  throw cause instanceof Error && cause.name === 'ValidationException' ? new InvalidCursorError() : error;
}

const CursorKey = z.record(z.string(), z.string());

/** A cursor is the key that a list goes on after: it must lie in the range that is asked for. */
function goesOn(query: QueryInput, cursor: string): boolean {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = query;
  try {
    const key = CursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    const partition = key[names['#pk'] ?? ''];
    const sort = key[names['#sk1'] ?? ''];
    return partition === values[':pk'] && sort?.startsWith(values[':sk1'] ?? '') === true;
  } catch {
    return false;
  }
}
