import type { PrefetchKeys } from '../domain/request/prefetch.ts';
import type { RouteShape, RouteValues } from './find-route.ts';

/** What a route's requests want read in one call with who asks. */
export interface RouteWants {
  readonly route: RouteShape;
  readonly wants: (params: RouteValues, query: RouteValues) => PrefetchKeys;
  /** What of its JSON body is wanted too: texts of its first level. */
  readonly wantsOfBody?: (body: RouteValues) => PrefetchKeys;
}

/** What is longer names nothing; the route itself says so. */
const LONGEST_ID = 128;

/** What a request wants. */
export async function wantedBy(
  routes: readonly RouteWants[],
  { method, path }: RouteShape,
  request: { params: RouteValues; query: RouteValues; readBody: () => Promise<string> },
): Promise<PrefetchKeys> {
  const found = routes.find(({ route }) => route.method === method && route.path === path);
  if (found === undefined) return {};
  const { wants, wantsOfBody } = found;
  const wanted = wants(texts(request.params), texts(request.query));
  return usable({ ...wanted, ...wantsOfBody?.(texts(parse(await request.readBody()))) });
}

const texts = (values: object): RouteValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'));

/** What can be there at all. */
const usable = (wanted: PrefetchKeys): PrefetchKeys =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => isUsable(value)));

function isUsable(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && value.length <= LONGEST_ID;
  return typeof value !== 'object' || value === null || Object.values(value).every(isUsable);
}

/** A body that is not as it must be is refused by the route. */
function parse(text: string): object {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
