import { setTimeout as sleep } from 'node:timers/promises';

interface PersistentRequest {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
export type Answer = { readonly status: number; readonly body: any };

/** Sends a request until it is answered otherwise than by a passing failure; a POST each time under the same key. */
export type PersistentClient = (route: string, request?: PersistentRequest) => Promise<Answer>;

const PATIENCE_MS = 35_000;
const ATTEMPTS = 60;
/** A request whose worker has died holds its key for half a minute: as many may die over one. */
const WAITING_MS = 600_000;
/** Of requests that were answered, those that are sent again, and those that are sent twice at once. */
const REPEATED_SHARE = 0.3;
const TWICE_SHARE = 0.1;

export interface ClientFacts {
  /** Requests that were sent again after a passing failure. */
  retried: number;
  /** Requests that were sent again, or twice at once, though they were answered. */
  repeated: number;
}

export class NotAnsweredError extends Error {}

/** What two answers to one request must have in common. */
const namesOf = ({ body }: Answer) =>
  JSON.stringify([body?.id, body?.image?.id, body?.jobs?.map?.((job: { id: string }) => job.id)]);

export function createPersistentClient(
  { apiUrl, accessToken }: { readonly apiUrl: string; readonly accessToken?: string },
  { random, facts }: { readonly random: () => number; readonly facts: ClientFacts },
): PersistentClient {
  async function sendOnce(route: string, { json, bytes }: PersistentRequest, key: string): Promise<Answer> {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(method === 'POST' && { 'idempotency-key': key }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(bytes !== undefined && { 'content-type': 'image/jpeg' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(bytes !== undefined && { body: Buffer.from(bytes) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  }

  async function insist(route: string, request: PersistentRequest, key: string): Promise<Answer> {
    let last = 'nothing';
    const untilMs = Date.now() + WAITING_MS;
    for (let attempt = 1; attempt <= ATTEMPTS && Date.now() < untilMs; attempt += 1) {
      const answer = await sendOnce(route, request, key).catch((error: unknown) => {
        last = String(error);
        return undefined;
      });
      if (answer !== undefined && !mayPass(answer)) return answer;
      if (answer !== undefined) last = JSON.stringify(answer).slice(0, 300);
      if (answer?.body?.code === STILL_RUNNING) attempt -= 1;
      facts.retried += 1;
      await sleep(200 + random() * Math.min(2000, 200 * attempt));
    }
    throw new NotAnsweredError(`${route} was not answered in ${ATTEMPTS} attempts; at last: ${last}`);
  }

  return async (route, request = {}) => {
    const key = `key-${Math.floor(random() * 1e15)}`;
    const send = () => insist(route, request, key);
    if (!route.startsWith('POST')) return send();
    const luck = random();
    if (luck > REPEATED_SHARE + TWICE_SHARE) return send();
    facts.repeated += 1;
    const isTwice = luck < TWICE_SHARE;
    const first = send();
    const second = isTwice ? send() : first.then(send);
    const [answer, again] = await Promise.all([first, second]);
    // Between the two its user may have left.
    const isGone = [answer, again].some(({ status }) => status === 401);
    if (!isGone && namesOf(answer) !== namesOf(again)) {
      const told = [answer, again].map((each) => `${each.status} ${namesOf(each)}`);
      throw new Error(`${route} was done twice: ${told.join(', then ')}`);
    }
    return answer;
  };
}

const STILL_RUNNING = 'request_still_running';

const mayPass = ({ status, body }: Answer) =>
  status >= 500 || status === 429 || (status === 409 && body?.code === STILL_RUNNING);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
