import * as z from 'zod';

/** Query of every list; spread it into a list's own query. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many items a page has at most'),
  cursor: z.string().min(1).max(2048).optional().describe('`next` of the page before'),
};

export type PageRequest = { readonly limit: number; readonly cursor?: string | undefined };

/** A page of a list; `next` is null on the last. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
