import { useEffect, useState } from 'preact/hooks';
import type { ListedImage } from '../../client/index.ts';
import { formatBytes } from '../app/format.ts';
import { changeQuery, Link, usePlace } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { useUploads } from '../app/use-uploads.ts';
import { Empty, Failure, Page, When } from '../components/common.tsx';
import { Icon } from '../components/icon.tsx';
import { SelectionBar } from '../components/selection-bar.tsx';
import { Thumbnail } from '../components/thumbnail.tsx';
import { UploadCard } from '../components/upload-card.tsx';
import { FirstRun } from './first-run.tsx';

const PAGE_SIZE = 60;

/** All images, newest first, those on their way among them. */
export function ImagesPage() {
  const { query } = usePlace();
  const dataset = query.get('dataset') ?? undefined;
  const tag = query.get('tag') ?? undefined;
  const search = (query.get('search') ?? '').toLowerCase();
  const [most, setMost] = useState(PAGE_SIZE);
  const uploads = useUploads();
  const finished = uploads.filter(({ status }) => status === 'done').length;
  const filter = { ...(dataset !== undefined && { dataset }), ...(tag !== undefined && { tag }) };
  const images = useLoad(
    // A search looks through names here, so it wants them all.
    (signal) => take(segmentry.list('listImages', filter, { signal }), search === '' ? most : 1_000),
    [dataset, tag, most, finished, search !== ''],
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const shown = (images.value ?? []).filter(({ filename }) => filename.toLowerCase().includes(search));
  // One that is done stands among the images as soon as the list has it.
  const listed = new Set(shown.map(({ id }) => id));
  const running = uploads.filter(
    ({ status, imageId }) =>
      status !== 'done' || (imageId !== undefined && !listed.has(imageId) && images.isLoading),
  );
  const isFiltered = dataset !== undefined || tag !== undefined || search !== '';
  if (images.value?.length === 0 && !isFiltered && running.length === 0) return <FirstRun />;
  const toggle = (id: string) => setSelected((before) => toggled(before, id));
  return (
    <Page title="Images">
      <Filters dataset={dataset} tag={tag} search={search} />
      <Failure error={images.error} onRetry={images.reload} />
      {images.value === undefined && images.error === undefined && <GridSkeleton />}
      {isFiltered && images.value !== undefined && shown.length === 0 && (
        <Empty title="Nothing fits">
          <p>No image fits these filters. Take one away, or upload more.</p>
        </Empty>
      )}
      <ul class={`grid ${selected.size > 0 ? 'is-selecting' : ''}`}>
        {running.map((upload) => (
          <UploadCard key={upload.id} upload={upload} />
        ))}
        {shown.map((image) => (
          <ImageCard
            key={image.id}
            image={image}
            isSelected={selected.has(image.id)}
            onToggle={() => toggle(image.id)}
          />
        ))}
      </ul>
      {images.value?.length === most && search === '' && (
        <button type="button" class="more" onClick={() => setMost(most + PAGE_SIZE)}>
          Show more
        </button>
      )}
      {selected.size > 0 && (
        <SelectionBar
          ids={[...selected]}
          onClear={() => setSelected(new Set())}
          onChanged={() => {
            setSelected(new Set());
            images.reload();
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

function ImageCard({
  image,
  isSelected,
  onToggle,
}: {
  image: ListedImage;
  isSelected: boolean;
  onToggle: () => void;
}) {
  const { id, filename, width, height, sizeBytes, uploadedAt } = image;
  return (
    <li class="card" ref={shapedAs(width / height)}>
      <Link to={`/images/${id}`} class="card-link">
        <Thumbnail id={id} alt="" />
        <bdi class="card-name truncate" title={filename}>
          {filename}
        </bdi>
        <span class="card-facts muted">
          <When at={uploadedAt} /> ·{' '}
          <span class="number">
            {width} × {height}
          </span>{' '}
          · <span class="number">{formatBytes(sizeBytes)}</span>
        </span>
      </Link>
      <label class="card-check">
        <input type="checkbox" checked={isSelected} onChange={onToggle} aria-label={`Select ${filename}`} />
      </label>
    </li>
  );
}

/** A justified row needs to know each picture's shape; a custom property carries it past the policy on styles. */
export const shapedAs = (ratio: number) => (element: HTMLElement | null) =>
  element?.style.setProperty('--ratio', String(Math.min(3, Math.max(0.5, ratio))));

function Filters({
  dataset,
  tag,
  search,
}: {
  dataset: string | undefined;
  tag: string | undefined;
  search: string;
}) {
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 100), []);
  const [name, setName] = useState<string>();
  useEffect(() => setName(datasets.value?.find(({ id }) => id === dataset)?.name), [datasets.value, dataset]);
  const tags = [...new Set(datasets.value?.flatMap((each) => each.tags) ?? [])].sort();
  const chosen = [
    { key: 'dataset', text: dataset === undefined ? undefined : `Dataset: ${name ?? dataset}` },
    { key: 'tag', text: tag === undefined ? undefined : `Tag: ${tag}` },
    { key: 'search', text: search === '' ? undefined : `Name: ${search}` },
  ].filter(({ text }) => text !== undefined);
  if ((datasets.value ?? []).length === 0 && chosen.length === 0) return null;
  return (
    <div class="filters">
      <select
        aria-label="Filter by dataset"
        value={dataset ?? ''}
        onChange={({ currentTarget }) => changeQuery({ dataset: currentTarget.value })}
      >
        <option value="">All datasets</option>
        {datasets.value?.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
      {tags.length > 0 && (
        <select
          aria-label="Filter by tag"
          value={tag ?? ''}
          onChange={({ currentTarget }) => changeQuery({ tag: currentTarget.value })}
        >
          <option value="">All tags</option>
          {tags.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
      {chosen.map(({ key, text }) => (
        <button
          key={key}
          type="button"
          class="chip removable"
          onClick={() => changeQuery({ [key]: undefined })}
          aria-label={`Remove filter ${text}`}
        >
          <bdi class="truncate">{text}</bdi> <Icon name="close" />
        </button>
      ))}
    </div>
  );
}

const SKELETONS = [1.5, 1, 0.75, 1.4, 1.8, 1.1, 1.3, 0.8];

function GridSkeleton() {
  return (
    <ul class="grid" aria-label="Images are being listed" aria-busy="true">
      {SKELETONS.map((ratio) => (
        <li key={ratio} class="card skeleton" ref={shapedAs(ratio)}>
          <div class="thumbnail" />
        </li>
      ))}
    </ul>
  );
}
