import type { Wanted } from '../domain/read-along.ts';
import type { RouteShape, RouteValues } from './find-route.ts';

/** What a route's requests want read in one call with who asks. */
export interface RouteWants {
  readonly route: RouteShape;
  readonly wants: (params: RouteValues, query: RouteValues) => Wanted;
  /** What of its JSON body is wanted too: texts of its first level. */
  readonly wantsOfBody?: (body: RouteValues) => Wanted;
}

/** What is longer names nothing; the route itself says so. */
const LONGEST_ID = 128;

/** What a request wants. */
export async function wantedBy(
  routes: readonly RouteWants[],
  { method, path }: RouteShape,
  request: { params: RouteValues; query: RouteValues; readBody: () => Promise<string> },
): Promise<Wanted> {
  const found = routes.find(({ route }) => route.method === method && route.path === path);
  if (found === undefined) return {};
  const { wants, wantsOfBody } = found;
  const wanted = wants(usable(request.params), usable(request.query));
  if (wantsOfBody === undefined) return wanted;
  return { ...wanted, ...wantsOfBody(usable(parse(await request.readBody()))) };
}

function usable(values: object): RouteValues {
  const isUsable = (value: unknown): value is string =>
    typeof value === 'string' && value !== '' && value.length <= LONGEST_ID;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (isUsable(value) ? [[name, value]] : [])),
  );
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
