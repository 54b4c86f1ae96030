import { useMemo } from 'preact/hooks';
import {
  classesOf,
  type FilterKey,
  IMAGE_STATUSES,
  type ImageFilter,
  type JobsByImage,
} from '../app/image-filter.ts';
import { changeQuery } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Icon } from './icon.tsx';

const NAMES: Readonly<Record<FilterKey, string>> = {
  dataset: 'Dataset',
  tag: 'Tag',
  search: 'Name',
  class: 'Found',
  status: 'Status',
  from: 'From',
  to: 'Until',
};

const ALL: Partial<Record<FilterKey, string>> = {
  dataset: 'All datasets',
  tag: 'All tags',
  class: 'Anything found',
  status: 'Any status',
};

/** What narrows the list down. Each filter that is set is a chip that takes it away. */
export function ImageFilters({ filter, jobs }: { filter: ImageFilter; jobs: JobsByImage | undefined }) {
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 500), []);
  const tags = [...new Set(datasets.value?.flatMap((each) => each.tags) ?? [])].sort();
  const found = useMemo(() => classesOf([...(jobs?.values() ?? [])].flat()).sort(), [jobs]);
  const names = datasets.value?.map(({ name }) => name).sort() ?? [];
  const dataset = datasets.value?.find(({ id }) => id === filter.dataset)?.name ?? filter.dataset;
  const shown: ImageFilter = dataset === undefined ? filter : { ...filter, dataset };
  return (
    <div class="filters">
      <Choice name="dataset" value={dataset} options={names} />
      <Choice name="tag" value={filter.tag} options={tags} />
      <Choice name="class" value={filter.class} options={found} />
      <Choice name="status" value={filter.status} options={IMAGE_STATUSES} />
      <Day name="from" value={filter.from} />
      <Day name="to" value={filter.to} />
      {Object.entries(shown).map(([key, value]) => (
        <button
          key={key}
          type="button"
          class="chip removable"
          aria-label={`Remove filter ${NAMES[key as FilterKey]}: ${value}`}
          onClick={() => changeQuery({ [key]: undefined })}
        >
          <span class="truncate">
            {NAMES[key as FilterKey]}: <bdi>{value}</bdi>
          </span>{' '}
          <Icon name="close" />
        </button>
      ))}
    </div>
  );
}

interface ChoiceProps {
  readonly name: FilterKey;
  readonly value: string | undefined;
  readonly options: readonly string[];
}

function Choice({ name, value, options }: ChoiceProps) {
  const all = value === undefined || options.includes(value) ? options : [value, ...options];
  return (
    <select
      aria-label={`Filter by ${NAMES[name].toLowerCase()}`}
      value={value ?? ''}
      disabled={all.length === 0}
      onChange={({ currentTarget }) => changeQuery({ [name]: currentTarget.value })}
    >
      <option value="">{ALL[name]}</option>
      {all.map((each) => (
        <option key={each} value={each}>
          {each === 'none' ? 'not analysed' : each}
        </option>
      ))}
    </select>
  );
}

const Day = ({ name, value }: { name: 'from' | 'to'; value: string | undefined }) => (
  <label class="day">
    <span>{NAMES[name]}</span>
    <input
      type="date"
      value={value ?? ''}
      onChange={({ currentTarget }) => changeQuery({ [name]: currentTarget.value })}
    />
  </label>
);
