import { useState } from 'preact/hooks';
import type { Batch } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';
import { Link } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useList } from '../app/use-list.ts';
import { useLive } from '../app/use-live.ts';
import { BatchBar } from '../components/batch-bar.tsx';
import { Empty, Failure, Page, StatusChip, When } from '../components/common.tsx';
import { LoadOn } from '../components/load-on.tsx';

const PAGE_SIZE = 100;

/** All batches, newest first. */
export function BatchesPage() {
  const [most, setMost] = useState(PAGE_SIZE);
  const batches = useList((signal) => segmentry.list('listBatches', {}, { signal }), most, []);
  useLive(
    ['me'],
    ({ type, data }) => {
      if (type !== 'batch.updated' || batches.items === undefined) return;
      batches.set(
        batches.items.map((batch) =>
          batch.id === data.id ? { ...batch, ...(data as Partial<Batch>) } : batch,
        ),
      );
    },
    batches.reload,
  );
  return (
    <Page title="Batches">
      <Failure error={batches.error} onRetry={batches.reload} />
      {batches.items === undefined && batches.error === undefined && (
        <p class="loading">Batches are being listed.</p>
      )}
      {batches.items?.length === 0 && (
        <Empty title="No batches yet">
          <p>
            A batch analyses many images with many models at once. Select images and choose Analyse, or
            analyse a whole <Link to="/datasets">dataset</Link>.
          </p>
        </Empty>
      )}
      <ul class="cards wide">
        {batches.items?.map((batch) => (
          <li key={batch.id} class="plain-card">
            <h2>
              <Link to={`/batches/${batch.id}`}>
                <span class="number">{formatCount(batch.jobs)}</span> {batch.jobs === 1 ? 'job' : 'jobs'} by{' '}
                {batch.models.join(', ')}
              </Link>
            </h2>
            <BatchBar counts={batch.counts} />
            <p class="muted">
              <StatusChip status={batch.status} /> <When at={batch.createdAt} />
            </p>
          </li>
        ))}
      </ul>
      {batches.items !== undefined && !batches.isWhole && batches.error === undefined && (
        <LoadOn key={batches.items.length} onNear={() => setMost(most + PAGE_SIZE)} />
      )}
    </Page>
  );
}
