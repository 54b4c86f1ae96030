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
  const { items = [], ...list } = useList(
    (signal) => segmentry.list('listDeliveries', { id: webhookId, limit: PAGE_SIZE }, { signal }),
    most,
    [webhookId, sent],
  );
  const isUnderWay = items.some(({ status }) => status === 'pending');
  useEffect(() => {
    if (!isUnderWay || list.isLoading) return;
    const timer = setTimeout(list.reload, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, list.isLoading]);
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

function DeliveryLine({ delivery, onReplay }: { delivery: Delivery; onReplay: () => void }) {
  const { event, status, createdAt, attempts } = delivery;
  return (
    <li>
      <details>
        <summary>
          <StatusChip status={status} /> {event} <When at={createdAt} />
          <span class="muted number">
            {' '}
            {attempts.length} {attempts.length === 1 ? 'attempt' : 'attempts'}
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
        </ol>
        <button type="button" onClick={onReplay}>
          Send it again
        </button>
      </details>
    </li>
  );
}
