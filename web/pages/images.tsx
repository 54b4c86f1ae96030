import { useMemo, useState } from 'preact/hooks';
import type { Job, ListedImage } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';
import { isLookedThrough, readFilter, searchOf } from '../app/image-filter.ts';
import { usePlace } from '../app/router.tsx';
import { useImages } from '../app/use-images.ts';
import { useUploads } from '../app/use-uploads.ts';
import { CardOverlay } from '../components/card-overlay.tsx';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { ImageFilters } from '../components/image-filters.tsx';
import { LoadOn } from '../components/load-on.tsx';
import { GridSkeleton, MediaCard } from '../components/media-card.tsx';
import { SelectionBar } from '../components/selection-bar.tsx';
import { Thumbnail } from '../components/thumbnail.tsx';
import { UploadCard } from '../components/upload-card.tsx';
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
  const isFiltered = search !== '';
  if (list.isEmpty && !isFiltered && running.length === 0) return <FirstRun />;
  const toggle = (id: string) => setSelected((before) => toggled(before, id));
  return (
    <Page title="Images" actions={<GridTabs />}>
      <ImageFilters filter={filter} jobs={jobs} />
      <Failure error={error} onRetry={reload} />
      {isWaiting && error === undefined && <GridSkeleton label="Images are being listed" />}
      {isFiltered && !isWaiting && images.length === 0 && (
        <Empty title="Nothing fits">
          <p>No image fits these filters. Take one away, or upload more.</p>
        </Empty>
      )}
      <ul class={`grid ${selected.size > 0 ? 'is-selecting' : ''}`}>
        {running.map((upload) => (
          <UploadCard key={upload.key} upload={upload} />
        ))}
        {images.map((image) => (
          <ImageCard
            key={image.id}
            image={image}
            search={search}
            jobs={jobs.get(image.id) ?? NO_JOBS}
            isSelected={selected.has(image.id)}
            onToggle={() => toggle(image.id)}
          />
        ))}
      </ul>
      {list.lookedThrough !== undefined && error === undefined && (
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

interface ImageCardProps {
  readonly image: ListedImage;
  readonly jobs: readonly Job[];
  /** Of the list, which the image's page goes through. */
  readonly search: string;
  readonly isSelected: boolean;
  onToggle(): void;
}

/** Of a thousand only those are made anew whose image, jobs or selection has changed. */
function ImageCard({ image, jobs, search, isSelected, onToggle }: ImageCardProps) {
  return useMemo(() => {
    const { id, filename, width, height, uploadedAt } = image;
    const found = jobs.find(({ status }) => status === 'succeeded');
    return (
      <MediaCard
        to={`/images/${id}${search}`}
        ratio={width / height}
        filename={filename}
        uploadedAt={uploadedAt}
        jobs={jobs}
        isSelected={isSelected}
        onToggle={onToggle}
        facts={<FoundOrSize image={image} job={found} />}
        hovered={() => found !== undefined && <CardOverlay job={found} />}
      >
        <Thumbnail id={id} alt="" />
      </MediaCard>
    );
  }, [image, jobs, search, isSelected]);
}

function FoundOrSize({ image: { width, height }, job }: { image: ListedImage; job: Job | undefined }) {
  const found = job?.summary?.map(({ class: name, count }) => (count > 1 ? `${count} ${name}` : name));
  if (found !== undefined && found.length > 0) return <bdi>{found.join(', ')}</bdi>;
  return (
    <span class="number">
      {width} × {height}
    </span>
  );
}
