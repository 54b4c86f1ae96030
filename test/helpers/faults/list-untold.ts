import type { Outcome } from '../check-outcome.ts';
import type { HeardEvent } from '../hear-events.ts';
import type { ReceivedCall } from '../webhook-receiver.ts';

/** All that was told: by the topic, and by webhooks. */
export interface Told {
  readonly heard: readonly HeardEvent[];
  readonly calls: readonly ReceivedCall[];
}

const ENTITIES = ['job', 'batch', 'upload'] as const;

/** Ends of which nobody has heard by the topic, or by webhook. */
export function listUntold({ of }: Pick<Outcome, 'of'>, { heard, calls }: Told): string[] {
  const nameOf = ({ data, timestamp }: { data: { id: string }; timestamp: string }) =>
    `${data.id} ${timestamp}`;
  const bySns = new Set(heard.map(({ event }) => nameOf(event)));
  const byWebhook = new Set(calls.map(({ event }) => nameOf(event)));
  return ENTITIES.flatMap((entity) =>
    of(entity).flatMap(({ id, status, finishedAt }) => {
      const name = `${id} ${finishedAt}`;
      const missing = [
        ...(bySns.has(name) ? [] : ['no event']),
        ...(byWebhook.has(name) ? [] : ['no webhook']),
      ];
      return missing.length === 0 ? [] : [[entity, id, status, finishedAt, ...missing].join(' ')];
    }),
  );
}

/** Events that came under more than one id. */
export function listDoubled({ heard, calls }: Told): string[] {
  const told = [
    ...heard.map(({ id, event }) => ({ id, event })),
    ...calls.map(({ headers, event }) => ({ id: headers['webhook-id'] ?? '', event })),
  ];
  const byEvent = Map.groupBy(told, ({ event }) => [event.type, event.data.id, event.timestamp].join(' '));
  return [...byEvent].flatMap(([name, all]) => (new Set(all.map(({ id }) => id)).size === 1 ? [] : [name]));
}
