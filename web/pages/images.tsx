import { useMemo, useState } from 'preact/hooks';
import type { Job } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';
import { type ImageFilter, isLookedThrough, readFilter, searchOf } from '../app/image-filter.ts';
import { usePlace } from '../app/router.tsx';
import { type Images, useImages } from '../app/use-images.ts';
import { useUploads } from '../app/use-uploads.ts';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { ImageCard } from '../components/image-card.tsx';
import { ImageFilters } from '../components/image-filters.tsx';
import { LoadOn } from '../components/load-on.tsx';
import { GridSkeleton } from '../components/media-card.tsx';
import { MediaGrid } from '../components/media-grid.tsx';
import { SelectionBar } from '../components/selection-bar.tsx';
import { keyOf, ratioOf, UploadCard } from '../components/upload-card.tsx';
import { FirstRun } from './first-run.tsx';

/** All images, newest first, those on their way among them. */
export function ImagesPage() {
  const { query } = usePlace();
  const filter = readFilter(query);
  const search = searchOf(filter);
  const uploads = useUploads();
  const list = useImages(filter, uploads.filter(({ status }) => status === 'done').length);
  const { images, jobs, isWaiting, error, reload } = list;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // One that is done stands among the images as soon as the list has it.
  const listed = new Set(images.map(({ id }) => id));
  const running = uploads.filter(
    ({ status, imageId }) =>
      status !== 'done' || (imageId !== undefined && !listed.has(imageId) && list.isLoading),
  );
  const tiles = useMemo(() => [...running, ...images], [uploads, images, list.isLoading]);
  const isFiltered = search !== '';
  if (list.isEmpty && !isFiltered && running.length === 0) return <FirstRun />;
  const toggle = (id: string) => setSelected((before) => toggled(before, id));
  return (
    <Page title="Images" count={isWaiting ? undefined : describeCount(list, filter)} actions={<GridTabs />}>
      <ImageFilters filter={filter} jobs={jobs} />
      <Failure error={error} onRetry={reload} />
      {isWaiting && error === undefined && <GridSkeleton label="Images are being listed" />}
      {isFiltered && !isWaiting && images.length === 0 && (
        <Empty title="Nothing fits">
          <p>No image fits these filters. Take one away, or upload more.</p>
        </Empty>
      )}
      <MediaGrid
        items={tiles}
        label="Images"
        isWhole={list.isWhole}
        class={selected.size > 0 ? 'is-selecting' : ''}
        keyOf={keyOf}
        ratioOf={ratioOf}
        render={(tile) =>
          'file' in tile ? (
            <UploadCard upload={tile} />
          ) : (
            <ImageCard
              image={tile}
              search={search}
              jobs={jobs.get(tile.id) ?? NO_JOBS}
              isSelected={selected.has(tile.id)}
              onToggle={() => toggle(tile.id)}
            />
          )
        }
      />
      {!isWaiting && !list.isWhole && error === undefined && (
        <WhatComesAfter
          isLookedThrough={isLookedThrough(filter)}
          count={list.lookedThrough}
          isLoading={list.isLoading}
          onMore={list.more}
        />
      )}
      {selected.size > 0 && (
        <SelectionBar
          images={images.filter(({ id }) => selected.has(id))}
          jobs={jobs}
          onSelectAll={() => setSelected(listed)}
          onClear={() => setSelected(new Set())}
          onChanged={() => {
            setSelected(new Set());
            reload();
          }}
        />
      )}
    </Page>
  );
}

/** A browser's own search finds only what is in view, so the page says how many there are. */
function describeCount({ images, lookedThrough, isWhole }: Images, filter: ImageFilter): string {
  const among = isLookedThrough(filter) ? ` of ${formatCount(lookedThrough)}` : '';
  return `${formatCount(images.length)}${among}${isWhole ? '' : ' so far'}`;
}

interface WhatComesAfterProps {
  readonly isLookedThrough: boolean;
  /** How many images there are here, fitting or not. */
  readonly count: number;
  readonly isLoading: boolean;
  onMore(): void;
}

/** The list goes on by itself. Where few of many fit, people say how far back they want to look. */
function WhatComesAfter({ isLookedThrough, count, isLoading, onMore }: WhatComesAfterProps) {
  if (!isLookedThrough) return <LoadOn key={count} onNear={onMore} />;
  return (
    <p class="looked-through muted">
      Looked through your newest <span class="number">{formatCount(count)}</span> images.{' '}
      <button type="button" disabled={isLoading} onClick={onMore}>
        {isLoading ? 'Older ones are being looked through' : 'Look through older ones'}
      </button>
    </p>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

const NO_JOBS: readonly Job[] = [];
