import { useState } from 'preact/hooks';
import { formatBytes } from '../app/format.ts';
import { navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { uploads } from '../app/uploads.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Failure } from './common.tsx';
import { Dialog } from './dialog.tsx';

const LISTED = 5;

/** Chooses files, models and a dataset; what was chosen last is chosen again. */
export function UploadDialog({ files: dropped, onClose }: { files: readonly File[]; onClose: () => void }) {
  const [files, setFiles] = useState(dropped);
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 100), []);
  const available = (models.value?.items ?? []).filter(({ versions }) =>
    versions.some(({ status }) => status === 'available'),
  );
  const [chosen, setChosen] = useState<readonly string[] | undefined>(rememberedModels);
  const [dataset, setDataset] = useState('');
  const selected = (chosen ?? available.slice(0, 1).map(({ id }) => id)).filter((id) =>
    available.some((model) => model.id === id),
  );
  const toggle = (id: string) =>
    setChosen(selected.includes(id) ? selected.filter((each) => each !== id) : [...selected, id]);
  const send = () => {
    localStorage.setItem(REMEMBERED, JSON.stringify(selected));
    uploads.add(files, { models: selected, dataset: dataset || undefined });
    onClose();
    navigate('/images');
  };
  return (
    <Dialog title="Upload" onClose={onClose}>
      <label class="drop-zone">
        <input
          type="file"
          multiple
          accept="image/*,video/*,.zip"
          onChange={({ currentTarget }) => setFiles([...(currentTarget.files ?? [])])}
        />
        {files.length === 0 ? (
          <span>
            <strong>Choose files</strong>, or drop them anywhere. Pictures, videos and zips.
          </span>
        ) : (
          <ChosenFiles files={files} />
        )}
      </label>
      <fieldset>
        <legend>Analyse with</legend>
        <Failure error={models.error} onRetry={models.reload} />
        <div class="choices">
          {available.map(({ id }) => (
            <label key={id} class="choice">
              <input type="checkbox" checked={selected.includes(id)} onChange={() => toggle(id)} /> {id}
            </label>
          ))}
        </div>
        {models.value !== undefined && available.length === 0 && (
          <p>There is no model yet. An admin adds one.</p>
        )}
      </fieldset>
      <label class="field">
        <span>Into dataset</span>
        <select value={dataset} onChange={({ currentTarget }) => setDataset(currentTarget.value)}>
          <option value="">None</option>
          {datasets.value?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div class="form-actions">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="primary" disabled={files.length === 0} onClick={send}>
          {files.length > 1 ? `Upload ${files.length} files` : 'Upload'}
        </button>
      </div>
    </Dialog>
  );
}

function ChosenFiles({ files }: { files: readonly File[] }) {
  return (
    <ul class="files">
      {files.slice(0, LISTED).map((file) => (
        <li key={file.name}>
          <bdi class="truncate">{file.name}</bdi> <span class="number muted">{formatBytes(file.size)}</span>
        </li>
      ))}
      {files.length > LISTED && <li class="muted">and {files.length - LISTED} more</li>}
    </ul>
  );
}

const REMEMBERED = 'segmentry-models';

function rememberedModels(): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? 'null');
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined;
  }
}
