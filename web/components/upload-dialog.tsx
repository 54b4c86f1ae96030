import { useState } from 'preact/hooks';
import { formatBytes, formatCount } from '../app/format.ts';
import { navigate, usePlace } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { uploads } from '../app/uploads.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Failure } from './common.tsx';
import { Dialog } from './dialog.tsx';
import { withoutHidden } from './use-dropped-files.ts';

const LISTED = 5;

interface UploadDialogProps extends FileFieldsProps {
  onClose(): void;
}

/** Chooses files, models and a dataset; what was chosen last is chosen again. */
export function UploadDialog({ files, onFiles, onClose }: UploadDialogProps) {
  const { path, query } = usePlace();
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 500), []);
  const available = (models.value?.items ?? []).filter(({ versions }) =>
    versions.some(({ status }) => status === 'available'),
  );
  const [chosen, setChosen] = useState<readonly string[] | undefined>(rememberedModels);
  // Whoever looks at a dataset uploads into it.
  const [dataset, setDataset] = useState(query.get('dataset') ?? '');
  const [framesPerSecond, setFramesPerSecond] = useState('');
  const known = (chosen ?? []).filter((id) => available.some((model) => model.id === id));
  const selected =
    chosen === undefined || (known.length === 0 && chosen.length > 0)
      ? available.slice(0, 1).map(({ id }) => id)
      : known;
  const toggle = (id: string) =>
    setChosen(selected.includes(id) ? selected.filter((each) => each !== id) : [...selected, id]);
  const hasVideo = files.some(
    ({ type, name }) => type.startsWith('video/') || /\.(mp4|mov|webm)$/i.test(name),
  );
  const send = () => {
    localStorage.setItem(REMEMBERED, JSON.stringify(selected));
    const frames = Number(framesPerSecond);
    uploads.add(files, {
      models: selected,
      dataset: dataset || undefined,
      ...(hasVideo && frames > 0 && { framesPerSecond: frames }),
    });
    onClose();
    if (path !== '/images' && path !== '/videos') navigate('/images');
  };
  return (
    <Dialog title="Upload" onClose={onClose}>
      <FileFields files={files} onFiles={onFiles} />
      <fieldset>
        <legend>Analyse with</legend>
        <Failure error={models.error} onRetry={models.reload} />
        <div class="choices column">
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
            <option key={id} value={name === dataset ? name : id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {hasVideo && (
        <label class="field">
          <span>Frames of a video that are looked at, a second</span>
          <input
            type="number"
            min="0.1"
            max="30"
            step="0.1"
            placeholder="1"
            value={framesPerSecond}
            onInput={({ currentTarget }) => setFramesPerSecond(currentTarget.value)}
          />
        </label>
      )}
      <div class="form-actions">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="primary" disabled={files.length === 0} onClick={send}>
          {files.length > 1 ? `Upload ${formatCount(files.length)} files` : 'Upload'}
        </button>
      </div>
    </Dialog>
  );
}

interface FileFieldsProps {
  readonly files: readonly File[];
  onFiles(files: readonly File[]): void;
}

/** Files or a folder. */
function FileFields({ files, onFiles }: FileFieldsProps) {
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
    onFiles(withoutHidden([...(currentTarget.files ?? [])]));
  return (
    <>
      <label class="drop-zone">
        <input type="file" multiple accept="image/*,video/*,.zip" aria-label="Files" onChange={take} />
        {files.length === 0 ? (
          <span>
            <strong>Choose files</strong>, or drop them anywhere. Pictures, videos and zips.
          </span>
        ) : (
          <ChosenFiles files={files} />
        )}
      </label>
      <label class="button folder-button">
        <input type="file" ref={takesFolder} aria-label="Folder" onChange={take} />
        Choose a folder
      </label>
    </>
  );
}

const takesFolder = (input: HTMLInputElement | null) => {
  if (input !== null) input.webkitdirectory = true;
};

function ChosenFiles({ files }: { files: readonly File[] }) {
  return (
    <ul class="files">
      {files.slice(0, LISTED).map((file) => (
        <li key={file.name}>
          <bdi class="truncate">{file.name}</bdi> <span class="number muted">{formatBytes(file.size)}</span>
        </li>
      ))}
      {files.length > LISTED && (
        <li class="muted">
          <span class="number">and {formatCount(files.length - LISTED)} more</span>
        </li>
      )}
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
