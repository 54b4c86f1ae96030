import { useState } from 'preact/hooks';
import { wordsOf } from '../app/format.ts';
import { navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Dialog } from './dialog.tsx';

interface SelectionBarProps {
  readonly ids: readonly string[];
  onClear(): void;
  onChanged(): void;
}

/** What can be done with several images at once. */
export function SelectionBar({ ids, onClear, onChanged }: SelectionBarProps) {
  const [asks, setAsks] = useState<'delete' | 'analyse' | undefined>();
  const [error, setError] = useState<unknown>();
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 100), []);
  const act = (work: () => Promise<unknown>) => {
    setAsks(undefined);
    work().then(onChanged, setError);
  };
  const addTo = (id: string) =>
    act(() => Promise.all(ids.map((imageId) => segmentry.api.addDatasetImage({ id, imageId }))));
  return (
    <div class="selection-bar" role="region" aria-label="Selected images">
      <strong class="number">{ids.length} selected</strong>
      {error !== undefined && <span class="failure">{wordsOf(error)}</span>}
      <button type="button" onClick={() => setAsks('analyse')}>
        Analyse
      </button>
      <select
        aria-label="Add to dataset"
        value=""
        onChange={({ currentTarget }) => addTo(currentTarget.value)}
      >
        <option value="">Add to dataset …</option>
        {datasets.value?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <button type="button" class="danger" onClick={() => setAsks('delete')}>
        Delete
      </button>
      <button type="button" class="quiet" onClick={onClear}>
        Clear
      </button>
      {asks === 'delete' && (
        <Dialog
          title={`Delete ${ids.length} ${ids.length === 1 ? 'image' : 'images'}?`}
          onClose={() => setAsks(undefined)}
        >
          <p>They go with their results. This can't be undone.</p>
          <div class="form-actions">
            <button type="button" onClick={() => setAsks(undefined)}>
              Keep
            </button>
            <button
              type="button"
              class="danger"
              onClick={() => act(() => Promise.all(ids.map((id) => segmentry.api.deleteImage({ id }))))}
            >
              Delete
            </button>
          </div>
        </Dialog>
      )}
      {asks === 'analyse' && <AnalyseDialog ids={ids} onClose={() => setAsks(undefined)} />}
    </div>
  );
}

/** Makes a batch of images and models. */
export function AnalyseDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [error, setError] = useState<unknown>();
  const start = () =>
    segmentry.api
      .createBatch({ images: [...ids], models: [...chosen] })
      .then((batch) => navigate(`/batches/${batch.id}`), setError);
  return (
    <Dialog title={`Analyse ${ids.length} ${ids.length === 1 ? 'image' : 'images'}`} onClose={onClose}>
      <div class="choices">
        {models.value?.items.map(({ id }) => (
          <label key={id} class="choice">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={() =>
                setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id])
              }
            />{' '}
            {id}
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p class="failure" role="alert">
          {wordsOf(error)}
        </p>
      )}
      <div class="form-actions">
        <button type="button" class="primary" disabled={chosen.length === 0} onClick={() => void start()}>
          Analyse
        </button>
      </div>
    </Dialog>
  );
}
