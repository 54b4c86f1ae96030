import { useState } from 'preact/hooks';
import type { ListedImage } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';
import type { JobsByImage } from '../app/image-filter.ts';
import { navigate } from '../app/router.tsx';
import { saveFile, textFile } from '../app/save-file.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { writeCoco, writeCsv } from '../image/export.ts';
import { AnalyseDialog } from './analyse-dialog.tsx';
import { Failure } from './common.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { type FoundResult, fetchResults } from './fetch-results.ts';

interface SelectionBarProps {
  readonly images: readonly ListedImage[];
  readonly jobs: JobsByImage;
  onSelectAll(): void;
  onClear(): void;
  onChanged(): void;
}

/** What can be done with several images at once. */
export function SelectionBar({ images, jobs, onSelectAll, onClear, onChanged }: SelectionBarProps) {
  const [isChoosing, setChoosing] = useState(false);
  const [error, setError] = useState<unknown>();
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 500), []);
  const ids = images.map(({ id }) => id);
  const counted = `${formatCount(ids.length)} ${ids.length === 1 ? 'image' : 'images'}`;
  const addTo = (id: string) =>
    eachOf(ids, (imageId) => segmentry.api.addDatasetImage({ id, imageId })).then(onChanged, setError);
  const save = (format: Format) =>
    fetchResults(images, jobs).then(
      (results) => saveFile(FORMATS[format](results), `images.${ENDINGS[format]}`),
      setError,
    );
  return (
    <div class="selection-bar" role="region" aria-label="Selected images">
      <strong class="number">{formatCount(ids.length)} selected</strong>
      <button type="button" class="quiet" onClick={onSelectAll}>
        Select all
      </button>
      <button type="button" onClick={() => setChoosing(true)}>
        Analyse
      </button>
      <Choice name="Add to dataset …" options={datasets.value ?? []} onChoose={addTo} />
      <Choice
        name="Export …"
        options={Object.keys(FORMATS).map((format) => ({ id: format, name: NAMES[format as Format] }))}
        onChoose={(format) => void save(format as Format)}
      />
      <ConfirmButton
        name="Delete"
        title={`Delete ${counted}?`}
        text="They go with their results. This can't be undone."
        act={() => eachOf(ids, (id) => segmentry.api.deleteImage({ id })).then(onChanged)}
      />
      <button type="button" class="quiet" onClick={onClear}>
        Clear
      </button>
      <Failure error={error} />
      {isChoosing && (
        <AnalyseDialog
          title={`Analyse ${counted}`}
          target={{ images: ids }}
          onClose={() => setChoosing(false)}
          onBegun={({ id }) => navigate(`/batches/${id}`)}
        />
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  onChoose(id: string): void;
}

/** A list of which each entry does something at once. */
function Choice({ name, options, onChoose }: ChoiceProps) {
  const choose = (select: HTMLSelectElement) => {
    const { value } = select;
    select.value = '';
    if (value !== '') onChoose(value);
  };
  return (
    <select
      aria-label={name}
      disabled={options.length === 0}
      onChange={({ currentTarget }) => choose(currentTarget)}
    >
      <option value="">{name}</option>
      {options.map((option) => (
        <option key={option.id} value={option.id}>
          {option.name}
        </option>
      ))}
    </select>
  );
}

type Format = 'jsonl' | 'csv' | 'coco';

const NAMES: Readonly<Record<Format, string>> = { jsonl: 'JSON lines', csv: 'CSV', coco: 'COCO' };
const ENDINGS: Readonly<Record<Format, string>> = { jsonl: 'jsonl', csv: 'csv', coco: 'coco.json' };
const FORMATS: Readonly<Record<Format, (results: readonly FoundResult[]) => Blob>> = {
  jsonl: (results) =>
    textFile(results.map(({ result }) => `${JSON.stringify(result)}\n`).join(''), 'application/jsonl'),
  csv: (results) => textFile(writeCsv(results), 'text/csv'),
  coco: (results) => textFile(JSON.stringify(writeCoco(results)), 'application/json'),
};

const AT_ONCE = 6;

/** A few at a time: a browser opens no more connections to one place anyway. */
async function eachOf(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<void> {
  const rest = [...ids];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) await work(id);
  });
  await Promise.all(workers);
}
