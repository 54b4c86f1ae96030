import { useEffect, useState } from 'preact/hooks';
import type { Delivery } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { useList } from '../app/use-list.ts';
import { Failure, StatusChip, When } from '../components/common.tsx';

const PAGE_SIZE = 10;
const PAUSE_MS = 1_500;

interface DeliveriesProps {
  readonly webhookId: string;
  /** Another one has been sent: they are listed anew. */
  readonly sent: number;
}

/** What a webhook was told, newest first. One that is under way is followed until it has arrived or failed. */
export function Deliveries({ webhookId, sent }: DeliveriesProps) {
  const [most, setMost] = useState(PAGE_SIZE);
  const [error, setError] = useState<unknown>();
  const list = useList(
    (signal) => segmentry.list('listDeliveries', { id: webhookId, limit: PAGE_SIZE }, { signal }),
    most,
    [webhookId, sent],
  );
  const items = list.items ?? [];
  useEffect(() => {
    const dueAt = nextAttemptOf(items);
    if (dueAt === undefined || list.isLoading) return;
    const timer = setTimeout(list.reload, Math.max(PAUSE_MS, dueAt - Date.now()));
    return () => clearTimeout(timer);
  }, [list.items, list.isLoading]);
  const replay = (deliveryId: string) =>
    void segmentry.api.replayDelivery({ id: webhookId, deliveryId }).then(list.reload, setError);
  return (
    <>
      <Failure error={error ?? list.error} />
      {items.length > 0 && (
        <ol class="deliveries">
          {items.map((delivery) => (
            <DeliveryLine key={delivery.id} delivery={delivery} onReplay={() => replay(delivery.id)} />
          ))}
        </ol>
      )}
      {items.length > 0 && !list.isWhole && (
        <button
          type="button"
          class="quiet"
          disabled={list.isLoading}
          onClick={() => setMost(most + PAGE_SIZE)}
        >
          Show older ones
        </button>
      )}
    </>
  );
}

/** When the first of those under way is tried again: epoch milliseconds. */
function nextAttemptOf(deliveries: readonly Delivery[]): number | undefined {
  const pending = deliveries.filter(({ status }) => status === 'pending');
  if (pending.length === 0) return undefined;
  return Math.min(...pending.map(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? '') || 0));
}

function DeliveryLine({ delivery, onReplay }: { delivery: Delivery; onReplay: () => void }) {
  const { event, status, createdAt, attempts, nextAttemptAt } = delivery;
  return (
    <li>
      <details>
        <summary>
          <span class="delivery">
            <StatusChip status={status} />
            <span class="truncate">{event}</span>
            <span class="muted number">
              {attempts.length} {attempts.length === 1 ? 'attempt' : 'attempts'}
            </span>
            <span class="muted number">
              <When at={createdAt} />
            </span>
          </span>
        </summary>
        <ol class="timeline">
          {attempts.map(({ at, httpStatus, failure, durationMs, answer }) => (
            <li key={at}>
              <When at={at} /> <strong class="number">{httpStatus ?? failure?.replaceAll('_', ' ')}</strong>{' '}
              <span class="muted number">{Math.round(durationMs)} ms</span>
              {answer !== '' && <pre>{answer}</pre>}
            </li>
          ))}
          {status === 'pending' && nextAttemptAt !== undefined && (
            <li class="muted">
              Next attempt: <When at={nextAttemptAt} />
            </li>
          )}
        </ol>
        <button type="button" onClick={onReplay}>
          Send it again
        </button>
      </details>
    </li>
  );
}
