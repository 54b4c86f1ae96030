import type { Image, Video } from '../../client/index.ts';
import { formatBytes, formatCredits } from '../app/format.ts';
import { Link } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { When } from '../components/common.tsx';

/** How large it is, when it came, what it cost, and which datasets it is in, by their names. */
export function FileFacts({ media }: { media: Image | Video }) {
  const { width, height, sizeBytes, uploadedAt, cost, datasets } = media;
  const known = useLoad(
    () => (datasets.length === 0 ? Promise.resolve([]) : take(segmentry.list('listDatasets'), 500)),
    [datasets.length],
  );
  const names = (known.value ?? []).filter(({ id }) => datasets.includes(id)).map(({ name }) => name);
  return (
    <div class="facts muted">
      <p>
        <span class="number">
          {width} × {height}
        </span>{' '}
        · <span class="number">{formatBytes(sizeBytes)}</span> · <When at={uploadedAt} />
        {cost > 0 && (
          <>
            {' '}
            · <span class="number">{formatCredits(cost)}</span> {cost === 1 ? 'credit' : 'credits'}
          </>
        )}
      </p>
      {names.length > 0 && (
        <p class="chips">
          {names.map((name) => (
            <Link key={name} to={`/images?dataset=${encodeURIComponent(name)}`} class="chip">
              <bdi class="truncate">{name}</bdi>
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}
