import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Job, ListedImage } from '../../client/index.ts';
import {
  fits,
  listImages,
  listJobsByImage,
  MOST_LOOKED_THROUGH,
  needsAll,
  needsJobs,
  readFilter,
  searchOf,
} from '../app/image-filter.ts';
import { usePlace } from '../app/router.tsx';
import { useLoad } from '../app/use-load.ts';
import { rememberList } from '../app/use-neighbours.ts';
import { useUploads } from '../app/use-uploads.ts';
import { CardOverlay } from '../components/card-overlay.tsx';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { ImageFilters } from '../components/image-filters.tsx';
import { GridSkeleton, MediaCard } from '../components/media-card.tsx';
import { SelectionBar } from '../components/selection-bar.tsx';
import { Thumbnail } from '../components/thumbnail.tsx';
import { UploadCard } from '../components/upload-card.tsx';
import { FirstRun } from './first-run.tsx';

const PAGE_SIZE = 60;

/** All images, newest first, those on their way among them. */
export function ImagesPage() {
  const { query } = usePlace();
  const filter = readFilter(query);
  const search = searchOf(filter);
  const [most, setMost] = useState(PAGE_SIZE);
  const wanted = needsAll(filter) ? MOST_LOOKED_THROUGH : most;
  const uploads = useUploads();
  const finished = uploads.filter(({ status }) => status === 'done').length;
  const list = useLoad(
    (signal) => listImages(filter, wanted, signal),
    [filter.dataset, filter.tag, wanted, finished],
  );
  const jobs = useLoad((signal) => listJobsByImage(wanted, signal), [wanted, finished]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const isWaiting = list.value === undefined || (needsJobs(filter) && jobs.value === undefined);
  const images = useMemo(
    () =>
      isWaiting
        ? []
        : (list.value ?? []).filter((image) => fits(image, jobs.value?.get(image.id) ?? [], filter)),
    [list.value, jobs.value, isWaiting, search],
  );
  const error = list.error ?? jobs.error;
  const reload = () => {
    list.reload();
    jobs.reload();
  };
  useEffect(() => {
    if (!isWaiting)
      rememberList(
        filter,
        images.map(({ id }) => id),
      );
  }, [images]);
  // One that is done stands among the images as soon as the list has it.
  const listed = new Set(images.map(({ id }) => id));
  const running = uploads.filter(
    ({ status, imageId }) =>
      status !== 'done' || (imageId !== undefined && !listed.has(imageId) && list.isLoading),
  );
  const isFiltered = search !== '';
  if (list.value?.length === 0 && !isFiltered && running.length === 0) return <FirstRun />;
  const toggle = (id: string) => setSelected((before) => toggled(before, id));
  return (
    <Page title="Images" actions={<GridTabs />}>
      <ImageFilters filter={filter} jobs={jobs.value} />
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
            jobs={jobs.value?.get(image.id) ?? []}
            isSelected={selected.has(image.id)}
            onToggle={() => toggle(image.id)}
          />
        ))}
      </ul>
      {list.value?.length === most && !needsAll(filter) && (
        <button
          type="button"
          class="more"
          disabled={list.isLoading}
          onClick={() => setMost(most + PAGE_SIZE)}
        >
          Show more
        </button>
      )}
      {selected.size > 0 && (
        <SelectionBar
          images={images.filter(({ id }) => selected.has(id))}
          jobs={jobs.value ?? new Map()}
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

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface ImageCardProps {
  readonly image: ListedImage;
  readonly jobs: readonly Job[];
  /** Of the list, which the image's page goes through. */
  readonly search: string;
  readonly isSelected: boolean;
  onToggle(): void;
}

function ImageCard({ image, jobs, search, isSelected, onToggle }: ImageCardProps) {
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
