import type { Api, CallOptions } from './api.ts';
import type { ItemOf, ListName, RequestOf } from './operations.ts';

/** Every item of a list, page by page as they are taken: `for await (const image of listAll(api, 'listImages'))`. */
export async function* listAll<Name extends ListName>(
  api: Api,
  name: Name,
  request: RequestOf<Name>,
  options: CallOptions,
): AsyncGenerator<ItemOf<Name>, void, undefined> {
  const list = api[name] as unknown as (
    request: object,
    options: CallOptions,
  ) => Promise<{ items: ItemOf<Name>[]; next: string | null }>;
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 100, ...request, ...(cursor !== undefined && { cursor }) }, options);
    yield* page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
