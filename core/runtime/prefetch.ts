import type { RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Prefetched, PrefetchKeys } from '../domain/request/prefetch.ts';
import type { RouteValues } from './find-route.ts';

/** A request as far as it is known before its route has looked at it: texts only, and nothing is checked. */
export interface RawRequest {
  readonly params: RouteValues;
  readonly query: RouteValues;
  /** The first level of a JSON body. */
  readonly body: RouteValues;
  /** The SHA-256 of an image that is the body; undefined of any other body. */
  readonly contentHash: () => Promise<string | undefined>;
}

type KeysOf<Keys extends PrefetchKeys> = (request: RawRequest) => Keys | Promise<Keys>;

/** What a handler finds in `prefetched`: what its route declares, and nothing else. */
type Declared<Keys> = Pick<Prefetched, keyof Keys & keyof Prefetched>;

/** Under which a route carries what its requests read. */
const KEYS_OF = Symbol('What the requests of this route read in one call with who asks');

/**
 * A route whose requests read what `keysOf` names in one call with who asks. `keysOf` always names the same keys,
 * as undefined where a request does without: the handler may read those, and no others.
 */
export const prefetching = <Route extends RouteConfig, Keys extends PrefetchKeys>(
  route: Route,
  keysOf: KeysOf<Keys>,
) => ({ ...route, [KEYS_OF]: keysOf, middleware: tellType as DeclaredBy<Keys> });

type DeclaredBy<Keys> = MiddlewareHandler<{ Variables: { prefetched: Declared<Keys> } }>;

/** Does nothing: by its type the handler knows what `prefetched` holds. */
const tellType: MiddlewareHandler = (_, next) => next();

/** What a route declares; undefined where it needs nothing but who asks. */
export const declaredKeys = (route: object): KeysOf<PrefetchKeys> | undefined =>
  (route as { [KEYS_OF]?: KeysOf<PrefetchKeys> })[KEYS_OF];

/** A route reads what it does not declare: a programming error. */
export class NotPrefetchedError extends Error {
  constructor(key: string) {
    super(`This route does not declare that it prefetches "${key}". Name it where the route is served.`);
    this.name = 'NotPrefetchedError';
  }
}

/** What was found, of which only what was declared can be read. Reading anything else throws NotPrefetchedError. */
export const onlyDeclared = (found: Partial<Prefetched>, declared: PrefetchKeys): Prefetched =>
  new Proxy(found as Prefetched, {
    get(target, key) {
      if (typeof key === 'string' && !(key in declared)) throw new NotPrefetchedError(key);
      return target[key as keyof Prefetched];
    },
  });

/** What is longer names nothing; the route itself says so. */
const LONGEST_ID = 128;

/** The keys that can be there at all. */
export const usableKeys = (keys: PrefetchKeys): PrefetchKeys =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => isUsable(value)));

function isUsable(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && value.length <= LONGEST_ID;
  return typeof value !== 'object' || value === null || Object.values(value).every(isUsable);
}
