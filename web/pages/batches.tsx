import type { Batch } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';
import { Link } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { useLive } from '../app/use-live.ts';
import { take, useLoad } from '../app/use-load.ts';
import { BatchBar } from '../components/batch-bar.tsx';
import { Empty, Failure, Page, StatusChip, When } from '../components/common.tsx';

const BATCHES_SHOWN = 20;

/** The latest batches. */
export function BatchesPage() {
  const batches = useLoad((signal) => take(segmentry.list('listBatches', {}, { signal }), BATCHES_SHOWN), []);
  useLive(
    ['me'],
    ({ type, data }) => {
      if (type !== 'batch.updated' || batches.value === undefined) return;
      batches.set(
        batches.value.map((batch) =>
          batch.id === data.id ? { ...batch, ...(data as Partial<Batch>) } : batch,
        ),
      );
    },
    batches.reload,
  );
  return (
    <Page title="Batches">
      <Failure error={batches.error} onRetry={batches.reload} />
      {batches.value === undefined && batches.error === undefined && (
        <p class="loading">Batches are being listed.</p>
      )}
      {batches.value?.length === 0 && (
        <Empty title="No batches yet">
          <p>
            A batch analyses many images with many models at once. Select images and choose Analyse, or
            analyse a whole <Link to="/datasets">dataset</Link>.
          </p>
        </Empty>
      )}
      <ul class="cards wide">
        {batches.value?.map((batch) => (
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
    </Page>
  );
}
